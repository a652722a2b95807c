/** Every sentence of the record of processing and its drafts, in Norwegian (bokmål). */
export const recordNb = {
  title: 'Protokoll over behandlingsaktiviteter',
  lead: 'GDPR artikkel 30 nr. 1, laget av policy.ts slik den gjelder nå.',
  controller: 'Behandlingsansvarlig',
  authority: 'Tilsynsmyndighet',
  notice: (version: number, date: string) => `Personvernerklæringens versjon ${version}, ${date}.`,
  activities: 'Behandlingsaktiviteter',
  notDone: 'Erklært, men ikke gjort med personopplysninger',
  columns: {
    purpose: 'Formål',
    ground: 'Rettslig grunnlag',
    people: 'Hvem det gjelder',
    data: 'Opplysninger',
    recipients: 'Mottakere',
    kept: 'Hvor lenge',
  },
  people: {
    subscribers: 'Personer som har meldt seg på',
    customers: 'Kunder som har fått si nei',
    everyone: 'Alle vi har opplysninger om, og de som ber om noe',
  },
  data: {
    contact: 'E-postadresse, navn, firma, stilling, språk',
    choices: 'Valg, når og hvordan de ble tatt, og teksten som ble vist',
    opens: 'Når en e-post ble vist',
    openDay: 'Dagen en e-post sist ble vist',
    clicks: 'Lenker som ble fulgt, og når',
    interests: 'Interesser og poengsum som utledes av lenker og besøk',
    calls: 'Telefonnummer, firma, stilling',
    visits: 'Sider som ble lest på nettstedet',
    requests: 'Hva noen har bedt om, hvordan det kom, begrunnelser og svar',
    hash: 'Nøklet avtrykk av e-postadressen, uten navn',
  },
  own: {
    evidence: [
      'Huske og bevise valg',
      'GDPR artikkel 5 nr. 2 og 7 nr. 1; artikkel 6 nr. 1 bokstav c.',
    ],
    requests: [
      'Svare dem som bruker rettighetene sine',
      'GDPR artikkel 12–22; artikkel 6 nr. 1 bokstav c.',
    ],
    suppression: [
      'La være å skrive til dem som har sagt nei',
      'GDPR artikkel 21 nr. 3; artikkel 6 nr. 1 bokstav f.',
    ],
  },
  recipients: 'Mottakere',
  noTransfer: 'Ingen overføring ut av EØS er erklært.',
  retention: 'Sletting',
  days: (days: number) => `${days} dager`,
  always: 'så lenge det sendes markedsføring',
  security: 'Sikkerhetstiltak',
  measures: [
    'Hvem en person er, er forseglet (AES-256-GCM) under en egen nøkkel; sletting av nøkkelen sletter personen, også i sikkerhetskopier.',
    'Sikkerhetskopier slettes etter 28 dager, historikkens etter 35 og nøklenes etter ett døgn; en kopi som hentes tilbake, brukes først når hver avmelding, innsigelse og sletting siden er gjort på nytt i den.',
    'Hver funksjon når bare de opplysningene og hemmelighetene den trenger.',
    'Historikken kan bare legges til; hvert skritt en ansatt tar, står i den.',
    'Logger og køer holder id-er, aldri adresser, navn eller lenker.',
    'Én avgjørelse, `decide`, spørres hver gang noe skal gjøres; ukjent er aldri ja.',
  ],
  dpia: 'Utkast til vurdering av personvernkonsekvenser (artikkel 35)',
  balancing: 'Utkast til interesseavveininger (artikkel 6 nr. 1 bokstav f)',
  draft:
    'Et utkast: ingen vurdering før noen som har ansvaret, har fylt det ut, datert det og skrevet under.',
  recorded: (reference: string, date: string, owner: string) =>
    `Avveiningen er gjort: ${reference}, ${date}, ${owner}.`,
  needed: {
    profiling: 'Datatilsynet nevner forutsigelse av preferanser blant det som krever en vurdering.',
    'web-tracking': 'Systematisk observasjon av hva folk leser.',
    'open-tracking': 'Observasjon av når folk leser e-posten sin.',
    'click-tracking': 'Observasjon av hva folk følger opp; grunnlag for profilering der den er på.',
  },
  risks: [
    'Noen føler seg overvåket, eller andre ser hva de leste.',
    'Utledede interesser er gale, eller avslører noe følsomt.',
    'Opplysningene brukes til mer enn det ble sagt ja til.',
  ],
  reduces: [
    'Gjøres bare for den som har sagt ja til akkurat dette; et nei gjelder fra samme sekund.',
    'Personen kan se, laste ned, protestere mot og slette alt som er utledet.',
    'Åpne spørsmål: hvilke emner kan røpe særlige kategorier, og hvem har vurdert dem?',
  ],
  questions: {
    interest: 'Hvilken interesse har vi, og er den lovlig, tydelig og reell?',
    necessity: 'Kan det samme nås med mindre?',
    balance: 'Hva venter folk av oss, hva koster det dem, og hva gjør vi for dem som ikke vil?',
  },
}
export type RecordTexts = typeof recordNb
