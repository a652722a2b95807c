import { definePolicy } from './functions/consent/policy.ts'

/**
 * The organisation's policy: the file a new owner edits. The preference page, the decisions, the
 * consent records, the retention and the notice all come from here, and nothing that is not
 * declared here is processed. Nordlys Software AS is invented.
 */
export const policy = definePolicy({
  controller: {
    name: 'Nordlys Software AS',
    registration: 'NO 999 999 999',
    address: 'Fjordgata 12, 7010 Trondheim',
    country: 'Norway',
    email: 'privacy@nordlys.example',
    website: 'https://nordlys.example',
  },
  authority: {
    name: { nb: 'Datatilsynet', en: 'Datatilsynet, the Norwegian Data Protection Authority' },
    website: 'https://www.datatilsynet.no',
  },
  languages: ['nb', 'en'],
  notice: {
    version: 1,
    date: '2026-11-02',
    changes: { nb: 'Første utgave.', en: 'First version.' },
  },
  mail: {
    domain: 'nordlys.example',
    lettersFrom: 'choices@nordlys.example',
    marketingFrom: 'news@nordlys.example',
    replyTo: 'privacy@nordlys.example',
    oneClickScope: 'topic',
    limits: {
      complaints: { warn: 0.001, pause: 0.003 },
      bounces: { warn: 0.05, pause: 0.1 },
    },
  },
  topics: {
    newsletter: {
      basis: 'consent',
      name: { nb: 'Nyhetsbrev', en: 'Newsletter' },
      description: {
        nb: 'Det vi lærte denne måneden. Én gang i måneden.',
        en: 'What we learned this month. Once a month.',
      },
    },
    events: {
      basis: 'consent',
      name: { nb: 'Arrangementer', en: 'Events' },
      description: {
        nb: 'Frokostmøter og kundedager nær deg.',
        en: 'Breakfast meetings and customer days near you.',
      },
    },
    webinars: {
      basis: 'consent',
      name: { nb: 'Webinarer', en: 'Webinars' },
      description: {
        nb: 'Invitasjoner, høyst to i måneden.',
        en: 'Invitations, at most two a month.',
      },
    },
    'product-news': {
      basis: 'consent',
      name: { nb: 'Produktnytt', en: 'Product news' },
      description: {
        nb: 'Nye funksjoner, når de kommer.',
        en: 'New features, when they arrive.',
      },
    },
    'customer-offers': {
      basis: 'existing_customer',
      similarProducts: 'Planning and integration software sold by Nordlys Software AS',
      name: { nb: 'Kundetilbud', en: 'Customer offers' },
      description: {
        nb: 'Tilbud på produkter som ligner dem du har kjøpt av oss.',
        en: 'Offers on products similar to those you bought from us.',
      },
    },
  },
  purposes: {
    'open-tracking': {
      basis: 'consent',
      name: { nb: 'Se om e-poster blir åpnet', en: 'See whether mails are opened' },
      description: {
        nb: 'Et bilde på én piksel forteller oss at e-posten ble vist.',
        en: 'A one-pixel image tells us that a mail was shown.',
      },
    },
    'click-tracking': {
      basis: 'consent',
      name: { nb: 'Se hvilke lenker du følger', en: 'See which links you follow' },
      description: {
        nb: 'Lenkene i e-posten går via oss, så vi ser hva som var nyttig.',
        en: 'Links in a mail pass through us, so that we see what was useful.',
      },
    },
    profiling: {
      basis: 'consent',
      name: { nb: 'Vise det som interesserer deg først', en: 'Put what interests you first' },
      description: {
        nb: 'Vi bruker lenkene du følger til å ordne innholdet for deg.',
        en: 'We use the links you follow to order the content for you.',
      },
    },
    calls: {
      basis: 'consent',
      name: { nb: 'Ringe deg', en: 'Call you' },
      description: {
        nb: 'En av oss kan ringe når det ser ut til at vi kan hjelpe.',
        en: 'One of us may call when it looks as if we could help.',
      },
    },
    'web-tracking': {
      basis: 'consent',
      name: { nb: 'Koble besøk på nettstedet til deg', en: 'Connect website visits to you' },
      description: {
        nb: 'Sider du leser hos oss, legges til det vi vet om interessene dine.',
        en: 'Pages you read on our site are added to what we know of your interests.',
      },
    },
  },
  profile: {
    interests: {
      planning: {
        name: { nb: 'Planlegging', en: 'Planning' },
        description: {
          nb: 'Planlegging av folk, tid og prosjekter.',
          en: 'Planning people, time and projects.',
        },
      },
      integration: {
        name: { nb: 'Integrasjon', en: 'Integration' },
        description: {
          nb: 'Å få systemer til å snakke sammen.',
          en: 'Making systems talk to each other.',
        },
      },
    },
    points: { click: 10, open: 0 },
    halfLifeDays: 90,
    callFrom: 15,
  },
  consent: {
    confirmation: 'button',
    validityMonths: null,
    reaskMonths: 6,
    unknown: 'do_not_track',
  },
  imports: {
    newsletter: ['confirmed-opt-in'],
    events: ['confirmed-opt-in', 'signed-form'],
    'customer-offers': ['sale'],
  },
  calls: { registerWash: true, zone: 'Europe/Oslo', hours: { from: 9, to: 16 } },
  rights: {
    afterObjection: 'suppress_only',
    identityStepUp: 'mailed_link',
    portability: 'superset',
    gpc: 'no_sharing_no_profiling',
    machineSignals: 'off',
  },
  storage: 'eea',
  retention: {
    signUp: 7,
    inactiveContact: 730,
    evidence: 3652,
    objection: null,
    requests: 1096,
    messages: 365,
    interests: 365,
    exports: 1,
    imports: 7,
    recall: 180,
    logs: 14,
  },
  recipients: {
    'event-desk': {
      name: 'Fjell Event Desk AS',
      country: 'Norway',
      receives: ['newsletter', 'events', 'webinars'],
      why: {
        nb: 'Sender invitasjoner og holder deltakerlister på våre vegne.',
        en: 'Sends invitations and keeps attendance lists on our behalf.',
      },
    },
    crm: {
      name: 'Havn CRM B.V.',
      country: 'The Netherlands',
      receives: ['newsletter', 'product-news', 'customer-offers', 'profiling', 'calls'],
      why: {
        nb: 'Verktøyet der markedsavdelingen vår følger opp kunder.',
        en: 'The tool in which our marketing team looks after customers.',
      },
    },
  },
  branding: { mark: 'Nordlys', accent: { light: '#0b5d57', dark: '#7fd1c7' } },
})
