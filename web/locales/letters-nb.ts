/** Every sentence of the letters that are of their own, in Norwegian bokmål. */
export const lettersNb = {
  orOpen: 'Eller åpne denne adressen:',
  footer: {
    from: 'Denne e-posten kommer fra',
    writeTo: 'Skriv til oss:',
  },
  confirm: {
    subject: 'Bekreft valgene dine',
    title: 'Bekreft valgene dine',
    lead: 'Noen, kanskje du, skrev inn denne adressen i skjemaet vårt.',
    you: 'Var det deg, åpner du siden nedenfor. Der ser du alt det ble bedt om, og du kan ta bort det du ikke vil ha. Ingenting slås på før du trykker på knappen der.',
    button: 'Se og bekreft',
    life: (days: string) => `Lenken virker i ${days}.`,
    notYou:
      'Var det ikke deg, trenger du ikke å gjøre noe. Da skjer ingenting, og vi sletter det som ble skrevet.',
    because:
      'Du får denne e-posten fordi adressen ble skrevet inn i skjemaet vårt. Før noen bekrefter, sender vi ingenting annet.',
  },
  welcome: {
    subject: (topic: string) => `«${topic}» er slått på`,
    title: (topic: string) => `«${topic}» er slått på`,
    lead: 'Du bekreftet det, og fra nå av får du det på e-post:',
    change: 'Du kan endre valgene dine når som helst. Det du endrer, gjelder fra samme øyeblikk.',
    button: 'Se valgene dine',
    stopBefore: 'Vil du ikke ha det likevel?',
    stop: (topic: string) => `Stopp «${topic}»`,
    stopAfter: 'Du trenger ikke å logge inn eller oppgi noen grunn.',
    because: (topic: string, date: string) =>
      `Du får denne e-posten fordi du bekreftet «${topic}» ${date}.`,
  },
  imported: {
    subject: (company: string) => `Hvor ${company} har adressen din fra`,
    title: 'Hvor vi har adressen din fra',
    lead: (company: string, source: string) =>
      `Vi i ${company} har adressen din herfra: ${source}. Vi har ikke fått den hit av deg selv, og derfor sier vi fra.`,
    evidence: {
      'confirmed-opt-in': (date: string) =>
        `Der bekreftet du fra innboksen din, ${date}, at du vil ha dette på e-post:`,
      'signed-form': (date: string) =>
        `Der skrev du under, ${date}, på at du vil ha dette på e-post:`,
      sale: (date: string) =>
        `Du kjøpte noe av oss ${date} og sa ikke nei til å høre om lignende produkter på e-post. Derfor kan du få dette:`,
    },
    stopBefore: 'Vil du ikke ha det?',
    stop: (topic: string) => `Stopp «${topic}»`,
    stopAfter: 'Du trenger ikke å logge inn eller oppgi noen grunn.',
    rights:
      'Du kan se hva vi har om deg, få det rettet, begrenset eller slettet, protestere, og trekke tilbake et ja. Hvorfor vi kan bruke det, hvor lenge, hvem som får det og hvor du kan klage, står i personvernerklæringen, som du finner lenken til nedenfor.',
    button: 'Se valgene dine',
    because:
      'Du får denne e-posten én gang, fordi loven vil at du skal få vite hvor vi har adressen din fra (personvernforordningen artikkel 14).',
  },
  manage: {
    subject: 'Lenken til valgene dine',
    title: 'Lenken til valgene dine',
    lead: 'Her er lenken det ble bedt om. Den åpner alle valgene dine og det vi har om deg.',
    button: 'Åpne valgene mine',
    life: 'Lenken virker i 30 minutter, og bare én gang.',
    keep: 'Ikke send denne e-posten videre. Den som har lenken, kan se og endre alt.',
    notYou: 'Var det ikke du som ba om den, trenger du ikke å gjøre noe. Ingenting er endret.',
    because: 'Du får denne e-posten fordi noen ba om en lenke til valgene for denne adressen.',
  },
  copy: {
    subject: 'Kopien din er klar',
    title: 'Kopien din er klar',
    lead: 'Her er lenken til alt vi har om deg.',
    button: 'Se hva dere har om meg',
    life: (day: string) => `Lenken virker til ${day}. Da sletter vi kopien.`,
    keep: 'Ikke send denne e-posten videre. Den som har lenken, kan lese alt.',
    notYou:
      'Var det ikke du som ba om den, skriver du til oss. Noen har hatt tilgang til innboksen din.',
    because: 'Du får denne e-posten fordi noen ba om en kopi fra siden med valgene dine.',
  },
  erased: {
    subject: 'Opplysningene dine er slettet',
    title: 'Opplysningene dine er slettet',
    lead: 'Vi har slettet det vi hadde om deg.',
    last: 'Dette er den siste e-posten fra oss. Adressen din brukte vi en siste gang for å sende den, og nå er også den slettet.',
    goes: 'Dette er slettet',
    backups: 'Et døgn etter slettingen kan heller ikke sikkerhetskopiene vise hvem du er.',
    complain: 'Hvis noe ikke stemmer',
    complainText: (email: string) =>
      `Svar på denne e-posten, eller skriv til ${email}. Du kan også klage til:`,
    because: 'Du får denne e-posten fordi opplysningene om deg hos oss er slettet.',
  },
  addressChange: {
    subject: 'Bekreft den nye adressen',
    title: 'Bekreft den nye adressen',
    lead: 'Noen, kanskje du, vil at vi skal bruke denne adressen i stedet for en annen.',
    you: 'Var det deg, åpner du siden nedenfor og trykker på knappen der. Til da bruker vi den gamle adressen.',
    button: 'Se og bekreft',
    life: (days: string) => `Lenken virker i ${days}, og bare én gang.`,
    notYou: 'Var det ikke deg, trenger du ikke å gjøre noe. Da skjer ingenting.',
    because: 'Du får denne e-posten fordi adressen ble oppgitt som ny adresse hos oss.',
  },
  addressChanged: {
    subject: 'Adressen din hos oss er endret',
    title: 'Adressen din hos oss er endret',
    lead: 'Vi bruker ikke denne adressen lenger. Endringen ble bedt om fra siden med valgene dine, og bekreftet fra den nye adressen.',
    links:
      'Lenker og åpne sider fra før endringen virker ikke lenger. Hadde du sagt nei til noe, gjelder det fortsatt.',
    notYou: 'Var det ikke deg?',
    notYouText: (email: string) =>
      `Da må vi få vite det: svar på denne e-posten, eller skriv til ${email}.`,
    because: 'Du får denne e-posten fordi adressen ble brukt hos oss til nå.',
  },
  request: {
    kinds: {
      access: 'Innsyn: en kopi av det vi har om deg',
      rectification: 'Retting av det vi har om deg',
      erasure: 'Sletting av det vi har om deg',
      restriction: 'Begrensning: at vi bare oppbevarer det vi har om deg',
      objection: 'Innsigelse mot direkte markedsføring',
    },
    details: {
      'direct-marketing': 'Innsigelse mot direkte markedsføring',
      profiling: 'Innsigelse mot profilering',
      calls: 'Innsigelse mot å bli oppringt',
      lift: 'At vi bruker opplysningene dine igjen',
      address: 'Ny e-postadresse',
    },
    facts: 'Det du ba om',
    what: 'Hva',
    reference: 'Referanse',
    received: 'Mottatt',
    due: 'Svar senest',
    reasons: 'Begrunnelse',
    answer: 'Svaret vårt',
    complain: 'Klage',
    complainText: (email: string) =>
      `Er noe galt, så svar på denne e-posten, eller skriv til ${email}. Du kan også klage til:`,
    court: 'Du kan dessuten bringe saken inn for domstolene.',
    button: 'Åpne siden din',
    life: 'Lenken virker i 30 minutter, og bare én gang. Ikke send den videre.',
    because:
      'Du får denne e-posten fordi du har brukt en rettighet hos oss. Den inneholder ingen reklame.',
    receipt: {
      subject: 'Vi har mottatt det du ba om',
      lead: 'Vi har mottatt det du ba om, og svarer innen fristen nedenfor.',
    },
    done: {
      subject: 'Det du ba om, er gjort',
      lead: 'Det du ba om, er gjort. Du trenger ikke å gjøre noe mer.',
    },
    identity: {
      subject: 'Var det du som tok kontakt?',
      lead: 'Noen, kanskje du, har kontaktet oss og bedt om det som står nedenfor. Før vi gjør noe, må vi vite at det var deg: åpne siden din og bekreft det der.',
      notYou: 'Var det ikke deg, trenger du ikke å gjøre noe. Da skjer ingenting.',
    },
    extension: {
      subject: 'Vi trenger mer tid på det du ba om',
      lead: 'Vi rekker ikke å svare innen en måned. Loven gir oss inntil to måneder til, og den nye fristen står nedenfor.',
    },
    refusal: {
      subject: 'Vi kan ikke gjøre det du ba om',
      lead: 'Vi har vurdert det du ba om, og kan ikke gjøre det. Begrunnelsen står nedenfor.',
      grounds: {
        'not-identified':
          'Vi kan ikke se at det er deg opplysningene gjelder. Du kan gi oss flere opplysninger som viser det.',
        unfounded: 'Vi mener at kravet er åpenbart grunnløst.',
        excessive: 'Vi mener at kravet er overdrevent, særlig fordi det er gjentatt.',
        'law-requires': 'Loven pålegger oss å beholde opplysningene.',
        'rights-of-others': 'Det ville gå ut over andres rettigheter.',
      },
    },
    lifting: {
      subject: 'Vi vil bruke opplysningene dine igjen',
      lead: 'Du ba oss om bare å oppbevare opplysningene dine. Nå vil vi oppheve begrensningen. Valgene dine gjelder som før, også alt du har sagt nei til.',
    },
  },
}

/** The keys of every language; a missing or an extra one does not compile. */
export type LetterTexts = typeof lettersNb
