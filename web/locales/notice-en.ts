import type { NoticeTexts } from './notice-nb.ts'

/** Every sentence of the privacy notice, in British English; the articles of the law live here. */
export const noticeEn: NoticeTexts = {
  title: 'Privacy notice',
  version: (version, date) => `Version ${version} of ${date}.`,
  lead: 'This says who we are, what we do with your data, why, for how long, and how you stop it.',
  who: 'Who we are',
  whoText: 'We are the controller of everything that is described here.',
  registration: 'Registration number',
  mail: 'Mail we may send you',
  learn: 'What we may learn from it',
  basis: {
    consent: 'Only if you agree. You can take it back at any time.',
    existing_customer:
      'Only to customers, about similar products of our own. You can say no at any time.',
    legitimate_interest: 'Because we have a legitimate interest. You can object at any time.',
    date_only: 'We see only the day on which you last opened a mail you asked for.',
    aggregate: 'We only count, without seeing who.',
    off: 'We do not do this.',
  },
  article: {
    consent: 'Consent, GDPR article 6(1)(a).',
    existing_customer:
      'Customer relationship, section 15(3) of the Norwegian Marketing Control Act and GDPR article 6(1)(f).',
    legitimate_interest: 'Legitimate interest, GDPR article 6(1)(f).',
    date_only: 'Our legitimate interest in not sending what nobody reads, GDPR article 6(1)(f).',
    aggregate: 'No personal data.',
  },
  similar: (products) => `Similar products are ${products}.`,
  weighed: (reference, date) =>
    `We have weighed it against your interests (${reference}, ${date}). Ask, and you get the weighing.`,
  data: 'What we hold, and where it comes from',
  dataList: [
    'From you: the e-mail address, and whatever else you enter in the form, such as name, company, job title and phone. Only the address is needed. Without it we have nowhere to send anything.',
    'From what you do: your choices, when you made them, what you ask of us, and what is described above, while it is on.',
    'From others: if we get your address from anyone but you, we tell you from whom, at the latest in the first mail.',
    'No decision about you is made by a machine alone.',
  ],
  receivers: 'Who receives the data',
  noReceivers: 'We give it to nobody else.',
  receives: (purposes) => `For ${purposes}. Only while it is on for you.`,
  transferred: 'The data leaves the EEA:',
  stored: {
    eea: 'Your data is stored in the EEA.',
    adequate:
      'Your data is stored in the EEA, or in a country whose protection the European Commission has found to be as good.',
  },
  keep: 'How long we keep it',
  kept: {
    signUp: 'A sign-up that is not confirmed',
    inactiveContact: 'Your data, from when you last did something yourself',
    evidence: 'The log of what you agreed to and refused',
    objection: 'Fingerprints of addresses that want no marketing',
    requests: 'What you have asked of us, and the answer',
    messages: 'What we mailed you, and what came of it',
    interests: 'Links you followed that tell of an interest',
    exports: 'Files made for those who receive data',
    imports: 'Files of people whom we enter here, until they have been worked off',
    recall: 'How long they may use what they got, and hear who has said no',
    logs: 'Technical logs, without name or address',
  },
  always: 'for as long as we send marketing',
  rights: 'Your rights',
  rightsText: 'It costs nothing, and we answer within a month.',
  right: {
    access: [
      'See it',
      'Everything we hold about you, why, for how long and who receives it.',
      '15',
    ],
    rectification: ['Correct it', 'Have what is wrong or old put right.', '16'],
    erasure: ['Delete it', 'You see what goes and what stays before it happens.', '17'],
    restriction: ['Freeze it', 'We keep the data, and use it for nothing.', '18'],
    portability: [
      'Take it with you',
      'What you gave us, as a file that other systems can read.',
      '20',
    ],
    objection: [
      'Object',
      'Say no to direct marketing, and to profiling for it. We stop at once.',
      '21',
    ],
    withdrawal: [
      'Take back a consent',
      'As easily as you gave it. What happened before remains lawful.',
      '7(3)',
    ],
  },
  articleOf: (number) => `Article ${number}`,
  ask: (email) => [
    'Do it on the page with your choices, or write to ',
    email,
    '. Stopping mail also works straight from the link in every mail, without JavaScript or logging in.',
  ],
  complaint: (authority) => [
    'If you think we do something wrong, you may complain to ',
    authority,
    ', or go to court.',
  ],
  after: 'What remains',
  afterObjection:
    'After an objection to all marketing we keep a fingerprint of the address, so that nobody can add it again. The rest of your data stays until you ask us to delete it, or until the time above is over.',
  afterErasure: 'After a deletion two things stay, and neither shows who you are:',
  browser: 'Your browser',
  browserText:
    'Our pages use no cookies, store nothing with you and fetch nothing from anyone else. If your browser sends Global Privacy Control, we share the visit with nobody and add it to no profile. The signal deletes nothing and unsubscribes you from nothing, and what you have chosen yourself stands.',
  changes: 'Changes',
  changesText: 'A yes covers the text you saw. If we change what it means, we ask anew.',
  accessibility: 'Accessibility',
  accessibilityText: (email) => [
    'The pages and mails are made to meet WCAG 2.2 at level AA and EN 301 549. We know of no shortcomings. Every state of every page is tried with tools and keyboard, on small screens and with large text; no independent party has tried them yet. If something stands in your way, write to ',
    email,
    ', and we mend it and help you in another way until then.',
  ],
}
