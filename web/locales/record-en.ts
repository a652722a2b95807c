import type { RecordTexts } from './record-nb.ts'

/** Every sentence of the record of processing and its drafts, in British English. */
export const recordEn: RecordTexts = {
  title: 'Record of processing activities',
  lead: 'GDPR article 30(1), made from policy.ts as it is in force now.',
  controller: 'Controller',
  authority: 'Supervisory authority',
  notice: (version, date) => `Version ${version} of the privacy notice, ${date}.`,
  activities: 'Processing activities',
  notDone: 'Declared, but not done with personal data',
  columns: {
    purpose: 'Purpose',
    ground: 'Legal basis',
    people: 'Whom it concerns',
    data: 'Data',
    recipients: 'Recipients',
    kept: 'How long',
  },
  people: {
    subscribers: 'People who have signed up',
    customers: 'Customers who could say no',
    everyone: 'Everybody of whom we hold data, and those who ask for something',
  },
  data: {
    contact: 'E-mail address, name, company, job title, language',
    choices: 'Choices, when and how they were made, and the text that was shown',
    opens: 'When a mail was shown',
    openDay: 'The day on which a mail was last shown',
    clicks: 'Links that were followed, and when',
    interests: 'Interests and score inferred from links and visits',
    calls: 'Phone number, company, job title',
    visits: 'Pages read on the website',
    requests: 'What somebody has asked for, how it came, reasons and answers',
    hash: 'Keyed fingerprint of the e-mail address, without a name',
  },
  own: {
    evidence: ['Remembering and proving choices', 'GDPR articles 5(2) and 7(1); article 6(1)(c).'],
    requests: ['Answering those who use their rights', 'GDPR articles 12 to 22; article 6(1)(c).'],
    suppression: ['Not writing to those who have said no', 'GDPR article 21(3); article 6(1)(f).'],
  },
  recipients: 'Recipients',
  noTransfer: 'No transfer out of the EEA is declared.',
  retention: 'Deletion',
  days: (days) => `${days} days`,
  always: 'for as long as marketing is sent',
  security: 'Security measures',
  measures: [
    'Who a person is, is sealed (AES-256-GCM) under a key of their own; deleting the key deletes the person, in backups as well.',
    'Backups end after 28 days, of the history after 35 and of the keys after one; one that is brought back is used only when every opt-out, objection and erasure since has been done again in it.',
    'Each function reaches only the data and secrets that it needs.',
    'The history can only be added to; each step that a colleague takes is in it.',
    'Logs and queues hold ids, never addresses, names or links.',
    'One decision, `decide`, is asked each time something is to be done; unknown is never a yes.',
  ],
  dpia: 'Draft of a data protection impact assessment (article 35)',
  balancing: 'Drafts of balancing tests (article 6(1)(f))',
  draft:
    'A draft: no assessment until somebody who answers for it has completed, dated and signed it.',
  recorded: (reference, date, owner) => `It has been weighed: ${reference}, ${date}, ${owner}.`,
  needed: {
    profiling:
      'The Norwegian authority names the prediction of preferences among what needs an assessment.',
    'web-tracking': 'Systematic observation of what people read.',
    'open-tracking': 'Observation of when people read their mail.',
    'click-tracking':
      'Observation of what people follow; the ground of profiling where that is on.',
  },
  risks: [
    'Somebody feels watched, or others see what they read.',
    'Inferred interests are wrong, or give away something sensitive.',
    'The data are used for more than was agreed to.',
  ],
  reduces: [
    'Done only for whoever has said yes to just this; a no holds from the same second.',
    'The person can see, download, object to and delete all that is inferred.',
    'Open questions: which topics may give away special categories, and who has judged them?',
  ],
  questions: {
    interest: 'Which interest do we have, and is it lawful, clear and real?',
    necessity: 'Can the same be reached with less?',
    balance:
      'What do people expect of us, what does it cost them, and what do we do for those who do not want it?',
  },
}
