import { Duration } from 'aws-cdk-lib'
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import { WorkQueue } from './constructs/work-queue.ts'
import type { MailStack } from './mail-stack.ts'

/** What the functions that work off a queue have, in time and memory: a queue waits for as long. */
export const mailing = { timeout: Duration.seconds(30), memoryMb: 512 }
export const fulfilling = { timeout: Duration.seconds(60), memoryMb: 512 }
export const listening = { timeout: Duration.seconds(30), memoryMb: 512 }
export const sweeping = { timeout: Duration.minutes(5), memoryMb: 512 }
export const recording = { timeout: Duration.seconds(30), memoryMb: 512 }
export const planning = { timeout: Duration.minutes(5), memoryMb: 512 }
export const sending = { timeout: Duration.seconds(60), memoryMb: 512 }
export const importing = { timeout: Duration.minutes(5), memoryMb: 512 }
export const exporting = { timeout: Duration.minutes(5), memoryMb: 1024 }

/** Who is hurt, said once for a queue and for the function that works it off. */
export const harms = {
  letters:
    'People wait for a mail they asked for: confirmations, links and answers to their requests.',
  request:
    'A person asked to be deleted or objected, and it is not done while the legal deadline runs.',
  export: 'A colleague waits for an audience file that will never be finished.',
  imports:
    'People who said yes elsewhere are not entered, and those who were are not told where we have them from.',
  plan: 'A campaign stands still: people do not get what they asked for, and nobody looks after it.',
  send: 'People do not get the mail they asked for, and what of a campaign has left is not settled.',
  recall:
    'Recipients are not told whom to drop: people who opted out or were erased are used further.',
  hits: 'Nobody sees whether a mail was read or a link was of use; choices, mails and links are not touched.',
  journal:
    'What people decide is stored but not vouched for: a change of the evidence would not be seen, and a restore would forget it.',
  sweep:
    'People whom we should have forgotten are still known here, and erasures that got stuck stay so.',
  mailEvents:
    'People who reported our mail as spam are mailed on, and so are mailboxes that are gone.',
}

/** Work that outlives a call, each kind in a queue of its own, so that none of it holds up another. */
export function workQueues(scope: Construct, mail: MailStack) {
  const letters = new WorkQueue(scope, 'Letters', {
    harm: harms.letters,
    workTimeout: mailing.timeout,
    // An outage of the mail service is waited out for an hour before a letter is set aside.
    attempts: 20,
  })
  const request = new WorkQueue(scope, 'Request', {
    harm: harms.request,
    workTimeout: fulfilling.timeout,
    attempts: 5,
  })
  const exports = new WorkQueue(scope, 'Export', {
    harm: harms.export,
    workTimeout: exporting.timeout,
    attempts: 5,
  })
  const imports = new WorkQueue(scope, 'Import', {
    harm: harms.imports,
    workTimeout: importing.timeout,
    attempts: 5,
  })
  const sweeps = new WorkQueue(scope, 'Sweep', {
    harm: harms.sweep,
    workTimeout: sweeping.timeout,
    attempts: 5,
  })

  const hits = new WorkQueue(scope, 'Hits', {
    harm: harms.hits,
    workTimeout: recording.timeout,
    attempts: 5,
    // What people did is worth a day's wait; it is nobody's right, and no reason to be kept.
    kept: { waiting: Duration.days(1), setAside: Duration.days(4) },
  })
  const mailEvents = new WorkQueue(scope, 'MailEvents', {
    harm: harms.mailEvents,
    workTimeout: listening.timeout,
    attempts: 20,
    // What SES writes holds addresses and tokens: a weekend and the week after it, no longer.
    kept: { waiting: Duration.days(3), setAside: Duration.days(7) },
  })
  // The queue takes messages of this topic alone, and only as SES wrote them (SEND-05).
  mail.events.addSubscription(new SqsSubscription(mailEvents.queue, { rawMessageDelivery: true }))
  const plan = new WorkQueue(scope, 'Plan', {
    harm: harms.plan,
    workTimeout: planning.timeout,
    attempts: 5,
  })
  const send = new WorkQueue(scope, 'Send', {
    harm: harms.send,
    workTimeout: sending.timeout,
    attempts: 20,
    // A large campaign takes its time: it leaves no faster than SES lets us send.
    late: Duration.days(2),
  })
  return { letters, request, exports, imports, sweeps, hits, mailEvents, plan, send }
}
