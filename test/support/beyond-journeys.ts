/**
 * Grants that no journey of a person or a colleague uses, and where it is shown that they are needed.
 * The end of the journeys fails on any other that was not used, and on one of these that was.
 */
export const beyondJourneys = [
  {
    grant: /subscriber-api dynamodb:ConditionCheckItem on .*Main\w+ A#\*$/,
    because: 'an address is claimed after its key was rotated (SUPP-03, contact/create.test.ts)',
  },
  {
    grant: /export-audience s3:AbortMultipartUpload on /,
    because: 'a large file fails half way (audience/faults.test.ts)',
  },
  {
    grant:
      /import-contacts (dynamodb:(ConditionCheckItem on .*Main\w+ A|UpdateItem on .*Main\w+ RATE)#\*|sqs:SendMessage on .*Import.*)$/,
    because:
      'an address is claimed after a rotation (audience/import-rights.test.ts), or a file is longer than what may leave at once (CONS-14, audience/import.test.ts)',
  },
  {
    grant: /recall (dynamodb:\w+|s3:GetObject|ssm:\w+) on /,
    because: 'it goes by the clock, every quarter of an hour (audience/recall.test.ts)',
  },
  {
    grant: /sweep dynamodb:DeleteItem on .*Main\w+ A#\*$/,
    because: 'a policy lets suppressions end (SUPP-05, rights/sweep.test.ts)',
  },
  {
    grant: /plan-campaign dynamodb:(UpdateItem on .*Main\w+ B|DeleteItem on .*Main\w+ [BK])#\*$/,
    because: 'a worker dies half way, and an hour passes (campaign/send.test.ts)',
  },
  {
    grant: /mail-events dynamodb:PutItem on .*Ledger\w+ AUDIT#\*$/,
    because:
      'three readers complain while a campaign is on its way (SEND-06, campaign/circuit-breaker.test.ts)',
  },
  {
    grant:
      /record-hits dynamodb:(ConditionCheckItem on .*Main\w+ C|PutItem on .*Main\w+ N|UpdateItem on .*Main\w+ D)#\*$/,
    because:
      'a policy counts opens of nobody, or keeps a day alone (TRACK-04, tracking/modes.test.ts)',
  },
  {
    grant: /record-hits dynamodb:DeleteItem on .*Main\w+ E#\*$/,
    because:
      'whoever followed a link turns out to have been a machine (TRACK-07, engagement/followed.test.ts)',
  },
  {
    grant: /sweep dynamodb:DeleteItem on .*Main\w+ D#\*$/,
    because: 'such a day rests on nothing any more (TRACK-04, tracking/modes.test.ts)',
  },
  {
    grant: /plan-campaign (dynamodb:PutItem on .*Ledger\w+ AUDIT#\*|ses:GetEmailIdentity on .*)$/,
    because: 'a campaign starts by the clock (campaign/schedule.test.ts)',
  },
  {
    grant: /send-batch (sqs:SendMessage on |dynamodb:PutItem on .*Ledger\w+ AUDIT)/,
    because:
      'SES takes no more for now, or nothing at all (campaign/send.test.ts, refused.test.ts)',
  },
  {
    grant:
      /(send-batch dynamodb:DeleteItem on .*Main\w+ K|plan-campaign dynamodb:BatchGetItem on .*Main\w+ C)#\*$/,
    because:
      'somebody is erased while a campaign is planned (RIGHT-11, campaign/erased-meanwhile.test.ts)',
  },
  {
    grant: /journal s3:GetObject on /,
    because: 'another shard was first, or a crash came in between (journal/journal.test.ts)',
  },
] as const
