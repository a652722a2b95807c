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
}

/** The keys of every language; a missing or an extra one does not compile. */
export type LetterTexts = typeof lettersNb
