import type { Figures } from './figures.ts'

/** What became of messages; each is in one place of `planned`, and further on in as many as it got. */
export type Mails = {
  planned: number
  sent: number
  delivered: number
  bounced: { permanent: number; transient: number }
  complained: number
  skipped: number
  failed: number
  /** Perhaps sent: SES never said. They are not sent again. */
  unknown: number
  /** Planned, and nothing of it known yet. */
  waiting: number
}

/** A complaint is of a mail that was delivered, and all that SES took was sent. */
export function mailsIn(figures: Figures): Mails {
  const mail = (outcome: string): number => figures[`mail:${outcome}`] ?? 0
  const sumOf = (start: string): number =>
    Object.entries(figures)
      .filter(([name]) => name.startsWith(start))
      .reduce((sum, [, value]) => sum + value, 0)
  const complained = mail('complained')
  const delivered = mail('delivered') + complained
  const bounced = { permanent: mail('bounced:permanent'), transient: mail('bounced:transient') }
  return {
    planned: sumOf('mail:'),
    sent: mail('sent') + delivered + bounced.permanent + bounced.transient,
    delivered,
    bounced,
    complained,
    skipped: sumOf('mail:skipped:'),
    failed: mail('failed'),
    unknown: mail('unknown'),
    waiting: mail('planned'),
  }
}
