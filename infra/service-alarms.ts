import { Duration, type Stack } from 'aws-cdk-lib'
import type { AssentFunction } from './constructs/assent-function.ts'
import { figureAlarm, type HarmfulFigure } from './constructs/figure-alarm.ts'
import { HarmAlarm } from './constructs/harm-alarm.ts'
import { lineAlarm } from './constructs/line-alarm.ts'
import { ownFigure } from './constructs/own-figure.ts'
import type { Settings } from './settings.ts'
import { harms } from './work-queues.ts'

/** What `fulfil-request` writes into its log for each person whose key is gone. */
const erasedLine = 'a person was erased'
/** What `send-batch` says of each campaign that has paused itself. */
const refusedLine = 'a campaign is refused'

export type Watched = {
  settings: Settings
  unsubscribe: AssentFunction
  sendBatch: AssentFunction
  fulfilRequest: AssentFunction
  journal: AssentFunction
}

/** The alarms on what functions do and count. Those on failing, and on waiting work, come with each of them. */
export function serviceAlarms(
  stack: Stack,
  { settings, unsubscribe, sendBatch, fulfilRequest, journal }: Watched,
): void {
  const rings = (figure: string, { id = figure, ...alarm }: HarmfulFigure & { id?: string }) =>
    figureAlarm(stack, id, { settings, figure, ...alarm })
  new HarmAlarm(stack, 'UnsubscribeSlow', {
    harm: 'Whoever presses stop waits for seconds, and a mailbox provider may give up before we answer.',
    article: 'unsubscribe',
    metric: unsubscribe.lambda.metricDuration({ period: Duration.minutes(5), statistic: 'p99' }),
    threshold: 3000,
    periods: 2,
  })
  rings('MailsLost', {
    harm: 'People wait for mail that SES took from us and then threw away, so nobody sends it again.',
    article: 'mailslost',
    by: 'mail-events',
    per: Duration.hours(1),
  })
  const rejections = {
    CampaignsPaused:
      'Many people reject a mail that they got from us: its campaign has paused itself, and its other readers wait.',
    CampaignsWarned:
      'More people reject a mail than should: it goes on, and more of it makes providers turn our mail away.',
  }
  for (const [figure, harm] of Object.entries(rejections)) {
    const id = `${figure}Alarm`
    rings(figure, { id, harm, article: 'rejected', by: 'mail-events', per: Duration.minutes(5) })
  }
  lineAlarm(stack, 'CampaignsRefusedAlarm', {
    harm: 'People wait for a mail that is refused for each of them: its campaign has paused itself.',
    article: 'refused',
    settings,
    figure: 'CampaignsRefused',
    log: sendBatch.lambda.logGroup,
    line: refusedLine,
    per: Duration.minutes(5),
    threshold: 0,
  })
  rings('SweepFailed', {
    harm: 'Some people or addresses could not be dealt with, so they are kept longer than promised.',
    article: 'sweep',
    by: 'sweep',
    per: Duration.days(1),
    id: 'SweepFailedAlarm',
  })
  const dueHarms = {
    RequestsDue: 'Somebody who used a right must have our answer within a week, and has none yet.',
    RequestsLate:
      'Somebody who used a right has no answer, and the time that the law gives is over.',
  }
  for (const [figure, harm] of Object.entries(dueHarms)) {
    const id = `${figure}Alarm`
    rings(figure, { id, harm, article: 'requests-due', by: 'sweep', per: Duration.days(1) })
  }
  lineAlarm(stack, 'ErasedInMass', {
    harm: 'People are being erased in great number, and what is erased can never be brought back.',
    article: 'erased-in-mass',
    settings,
    figure: 'PeopleErased',
    log: fulfilRequest.lambda.logGroup,
    line: erasedLine,
    per: Duration.hours(1),
    threshold: Math.floor(settings.erasuresPerDay / 20),
  })
  rings('RecallsOverdue', {
    harm: 'A recipient goes on using people who opted out, were corrected or erased more than a week ago.',
    article: 'recall',
    by: 'recall',
    per: Duration.hours(1),
  })
  new HarmAlarm(stack, 'ReadInMass', {
    harm: 'Somebody fetches audiences in great number: people may be about to be mailed or sold by others.',
    article: 'read-in-mass',
    metric: ownFigure(settings, 'AudienceRowsDownloaded', Duration.hours(1), {
      service: 'staff-api',
    }),
    threshold: 250_000,
  })
  new HarmAlarm(stack, 'JournalLate', {
    harm: harms.journal,
    article: 'journal',
    metric: journal.lambda.metric('IteratorAge', {
      period: Duration.minutes(5),
      statistic: 'Maximum',
    }),
    // The stream forgets after a day.
    threshold: Duration.minutes(30).toMilliseconds(),
  })
  rings('LedgerTampered', {
    harm: 'Somebody changed or removed what proves people’s choices: what they decided may no longer be believed.',
    article: 'ledger-tampered',
    by: 'journal',
    per: Duration.minutes(5),
  })
}
