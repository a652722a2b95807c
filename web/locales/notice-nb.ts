import type { Fragment } from '../shared/html.ts'

/** Every sentence of the privacy notice, in Norwegian bokmål; the articles of the law live here. */
export const noticeNb = {
  title: 'Personvernerklæring',
  version: (version: number, date: string) => `Versjon ${version} fra ${date}.`,
  lead: 'Her står det hvem vi er, hva vi gjør med opplysningene dine, hvorfor, hvor lenge, og hvordan du stopper det.',
  who: 'Hvem vi er',
  whoText: 'Vi er behandlingsansvarlig for det som står her.',
  registration: 'Organisasjonsnummer',
  mail: 'E-post vi kan sende deg',
  learn: 'Det vi kan lære av det',
  basis: {
    consent: 'Bare hvis du sier ja. Du kan ta det tilbake når som helst.',
    existing_customer:
      'Bare til kunder, om våre egne lignende produkter. Du kan si nei når som helst.',
    legitimate_interest: 'Fordi vi har en berettiget interesse. Du kan protestere når som helst.',
    date_only: 'Vi ser bare hvilken dag du sist åpnet en e-post du ba om.',
    aggregate: 'Vi teller bare, uten å se hvem.',
    off: 'Dette gjør vi ikke.',
  },
  article: {
    consent: 'Samtykke, personvernforordningen artikkel 6 nr. 1 bokstav a.',
    existing_customer:
      'Kundeforhold, markedsføringsloven § 15 tredje ledd og personvernforordningen artikkel 6 nr. 1 bokstav f.',
    legitimate_interest: 'Berettiget interesse, personvernforordningen artikkel 6 nr. 1 bokstav f.',
    date_only:
      'Berettiget interesse i å slutte å sende det ingen leser, personvernforordningen artikkel 6 nr. 1 bokstav f.',
    aggregate: 'Ingen personopplysninger.',
  },
  similar: (products: string) => `Lignende produkter er ${products}.`,
  weighed: (reference: string, date: string) =>
    `Vi har veid den mot dine interesser (${reference}, ${date}). Spør, så får du avveiningen.`,
  data: 'Hva vi har, og hvor det kommer fra',
  dataList: [
    'Fra deg: e-postadressen, og det du ellers skriver i skjemaet, som navn, firma, stilling og telefon. Bare adressen må du oppgi. Uten den har vi ikke noe sted å sende noe.',
    'Fra det du gjør: valgene dine, når du tok dem, hva du ber oss om, og det som står over, når det er på.',
    'Fra andre: Får vi adressen din fra noen andre enn deg, sier vi hvem det var, senest i den første e-posten.',
    'Ingen avgjørelse om deg tas av en maskin alene.',
  ],
  receivers: 'Hvem som får opplysningene',
  noReceivers: 'Vi gir dem ikke til noen andre.',
  receives: (purposes: string) => `Gjelder ${purposes}. Bare når det er på for deg.`,
  transferred: 'Opplysningene forlater EØS:',
  stored: {
    eea: 'Opplysningene lagres i EØS.',
    adequate:
      'Opplysningene lagres i EØS, eller i et land der EU-kommisjonen har slått fast at vernet er like godt.',
  },
  keep: 'Hvor lenge vi har dem',
  kept: {
    signUp: 'En påmelding som ikke blir bekreftet',
    inactiveContact: 'Opplysningene dine, fra sist du selv gjorde noe',
    evidence: 'Logg over hva du sa ja og nei til',
    objection: 'Fingeravtrykk av adresser som ikke vil ha markedsføring',
    requests: 'Det du har bedt oss om, og svaret',
    messages: 'Hva vi har sendt deg, og hva som skjedde med det',
    interests: 'Lenker du fulgte som forteller om en interesse',
    exports: 'Filer som er laget for dem som får opplysninger',
    imports: 'Filer med folk som vi legger inn her, til de er behandlet',
    recall: 'Hvor lenge de kan bruke det de fikk, og får vite hvem som har sagt nei',
    logs: 'Tekniske logger, uten navn og adresse',
  },
  always: 'så lenge vi sender markedsføring',
  rights: 'Rettighetene dine',
  rightsText: 'Det koster ingenting, og vi svarer innen en måned.',
  right: {
    access: ['Innsyn', 'Se alt vi har om deg, hvorfor, hvor lenge og hvem som får det.', '15'],
    rectification: ['Retting', 'Få rettet det som er feil eller gammelt.', '16'],
    erasure: ['Sletting', 'Du ser hva som går og hva som blir, før det skjer.', '17'],
    restriction: ['Frysing', 'Vi beholder opplysningene, men bruker dem ikke til noe.', '18'],
    portability: ['Ta dem med deg', 'Få det du ga oss, som en fil andre systemer kan lese.', '20'],
    objection: [
      'Protest',
      'Si nei til direkte markedsføring, og til profilering for den. Vi stopper med én gang.',
      '21',
    ],
    withdrawal: [
      'Ta tilbake et samtykke',
      'Like lett som du ga det. Det som skjedde før, er fortsatt lovlig.',
      '7 nr. 3',
    ],
  },
  articleOf: (number: string) => `Artikkel ${number}`,
  ask: (email: Fragment): Fragment => [
    'Gjør det på siden med valgene dine, eller skriv til ',
    email,
    '. Å stoppe e-post går også rett fra lenken i hver e-post, uten JavaScript og uten innlogging.',
  ],
  complaint: (authority: Fragment): Fragment => [
    'Mener du at vi gjør noe galt, kan du klage til ',
    authority,
    ', eller gå til domstolene.',
  ],
  after: 'Det som blir igjen',
  afterObjection:
    'Etter en protest mot all markedsføring beholder vi et fingeravtrykk av adressen, så ingen kan legge den inn på nytt. Resten av opplysningene blir til du ber oss slette dem, eller til tiden over er ute.',
  afterErasure: 'Etter en sletting blir to ting, og ingen av dem viser hvem du er:',
  browser: 'Nettleseren din',
  browserText:
    'Sidene våre bruker ingen informasjonskapsler, lagrer ingenting hos deg og henter ingenting fra andre. Sender nettleseren Global Privacy Control, deler vi ikke besøket med noen og legger det ikke til noen profil. Signalet sletter ingenting og melder deg ikke av, og det du selv har valgt, står.',
  changes: 'Endringer',
  changesText: 'Et ja gjelder teksten du så. Endrer vi hva det betyr, spør vi på nytt.',
  accessibility: 'Tilgjengelighet',
  accessibilityText: (email: Fragment): Fragment => [
    'Sidene og e-postene er laget for å oppfylle WCAG 2.2 på nivå AA og EN 301 549. Vi kjenner ingen mangler. Hver tilstand av hver side prøves med verktøy og tastatur, på små skjermer og med store bokstaver; ingen uavhengig part har prøvd dem ennå. Møter du en hindring, skriver du til ',
    email,
    ', så retter vi den og hjelper deg på en annen måte så lenge.',
  ],
}

export type NoticeTexts = typeof noticeNb
