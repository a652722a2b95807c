const drawing = ['web/shared/', 'web/locales/', 'web/link-pages/']
const pages = [
  'web/sign-up/',
  'web/preferences/',
  'web/notice/',
  'web/console/',
  'web/beacon/',
  'web/build/',
]

const foundation = ['functions/contact/', 'functions/consent/', 'functions/platform/']
const features = [
  'functions/subscription/',
  'functions/rights/',
  'functions/campaign/',
  'functions/tracking/',
  'functions/engagement/',
  'functions/audience/',
  'functions/recipients/',
  'functions/letters/',
  'functions/journal/',
]

/**
 * Features stand alone: a row here is a decision that one may use another. `campaign` never gets one
 * to `tracking`: what is sent must not depend on who opened what. Only the order of its blocks follows from what
 * interests a person who has said yes to that.
 */
const featureEdges: Record<string, string[]> = {
  // A hit is of a message, and a link is a campaign's.
  'functions/tracking/': [
    'functions/campaign/campaign-record.ts',
    'functions/campaign/message-record.ts',
    // What is counted of hits stands beside what is counted of messages.
    'functions/campaign/figures.ts',
    'functions/campaign/figures-record.ts',
    'functions/campaign/mails.ts',
    'functions/campaign/message-figures.ts',
    'functions/campaign/read-figures.ts',
    'functions/campaign/reputation.ts',
    // Of a followed link it is also known what it tells of.
    'functions/engagement/note-followed.ts',
  ],
  // Both ask for letters; they know the queue's messages, not how a letter is written.
  'functions/subscription/': [
    'functions/letters/letter-message.ts',
    // A campaign counts who stopped through it.
    'functions/campaign/stops.ts',
    // Their own page tells them what is inferred of them.
    'functions/engagement/engagement.ts',
    'functions/engagement/profile.ts',
    'functions/engagement/profiling-since.ts',
  ],
  'functions/campaign/': [
    // What a mailbox did not take is counted beside the letters it has had.
    'functions/letters/mailbox.ts',
    // What interests whom, for the order of what they get.
    'functions/engagement/read-interests.ts',
  ],
  // A letter tells an imported person where they are from.
  'functions/letters/': ['functions/audience/import-record.ts'],
  // The copy also tells which letters an address has had, and its page faults as all our pages do.
  'functions/rights/': [
    'functions/audience/disclosures.ts',
    'functions/campaign/person-messages.ts',
    'functions/campaign/stops.ts',
    'functions/engagement/ended-engagement.ts',
    'functions/engagement/engagement.ts',
    'functions/engagement/profile.ts',
    'functions/engagement/register-check.ts',
    'functions/letters/letter-message.ts',
    'functions/letters/mailbox.ts',
    'functions/subscription/reader.ts',
    'functions/tracking/ended-tracking.ts',
    'functions/tracking/forget-message.ts',
    'functions/tracking/last-open.ts',
    'functions/tracking/tracked.ts',
  ],
}

/**
 * Which folder or file may import which others; what no row allows is forbidden. A folder may always
 * import from itself, except `functions/entry/`: nobody imports a Lambda's composition.
 */
export const allowedImports: Record<string, string[]> = {
  'policy.ts': ['functions/consent/policy.ts'],

  'functions/platform/': [],
  'functions/consent/': ['functions/platform/'],
  'functions/contact/': ['functions/consent/', 'functions/platform/'],
  ...Object.fromEntries(
    features.map((feature) => [
      feature,
      [...foundation, ...drawing, ...(featureEdges[feature] ?? [])],
    ]),
  ),
  'functions/entry/': [...features, ...foundation, ...drawing, 'policy.ts'],

  ...Object.fromEntries(drawing.map((folder) => [folder, drawing])),
  ...Object.fromEntries(pages.map((folder) => [folder, drawing])),
  'web/build.ts': [...drawing, ...pages, 'policy.ts'],

  // Of the functions' code the stacks know names only, and the key purposes are such names.
  'infra/': ['cdk.json', 'policy.ts', 'web/build.ts', 'functions/platform/keyring.ts'],
  // No function is bundled with a policy that cannot be used.
  'infra/bundle.ts': ['policy.ts', 'functions/consent/policy-check.ts'],
  // Functions read the generation that an operator writes.
  'infra/restore-generation.ts': ['functions/platform/restore-gate.ts'],
  // Demo data is written the way the functions write, so that it cannot drift from them.
  'infra/local/demo-data.ts': foundation,
  // The audit reads the tables the way the functions do, so that both mean the same by an item; it is
  // the one place outside them that looks at everything.
  'infra/audit/': [
    ...foundation,
    'functions/journal/',
    'functions/audience/columns.ts',
    'functions/audience/delta.ts',
    'functions/audience/disclosures.ts',
    'functions/audience/export-record.ts',
    'functions/audience/file-format.ts',
    'functions/audience/manifest.ts',
    'functions/audience/member-list.ts',
    'functions/audience/read-ahead.ts',
    'functions/campaign/campaign-record.ts',
    'functions/campaign/message-record.ts',
    'functions/engagement/engagement.ts',
  ],
  // What a restore forgot is done again the way it was done first.
  'infra/restore/': [
    ...foundation,
    'functions/audience/export-record.ts',
    'functions/audience/read-ahead.ts',
    'functions/campaign/hold-restored.ts',
    'functions/journal/',
    'functions/rights/',
    'infra/audit/',
    'infra/restore-generation.ts',
  ],
  // And data keys are wrapped anew the way they were wrapped first.
  'infra/data-keys.ts': ['functions/contact/vault.ts', 'functions/platform/keyring.ts'],

  'vitest.config.ts': [],
  'test/': [''],
}

/** Everything else takes the environment as arguments. */
export const mayReadEnvironment = (path: string): boolean =>
  !path.startsWith('functions/') || path.startsWith('functions/entry/')
