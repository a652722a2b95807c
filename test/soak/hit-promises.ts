import type { Recount } from '../../functions/tracking/recount-record.ts'
import type { Statistics } from '../../functions/tracking/statistics.ts'
import type { Aftermath } from './campaign-promises.ts'
import { expectedAt, held } from './person.ts'
import type { Fetched } from './readers.ts'

const purposes = { open: 'open-tracking', click: 'click-tracking' } as const

/** TRACK-02, TRACK-03: nothing is recorded of whoever had said no, nor of a fetch that nobody made. */
export function brokenByHits(after: Aftermath, fetched: readonly Fetched[]): string[] {
  const { people, messages, messageOf, contactIds } = after
  const now = Date.now()
  const owner = new Map(
    people.flatMap((person) => {
      const contactId = contactIds.get(person.email)
      return contactId === undefined ? [] : [[contactId, person] as const]
    }),
  )
  const made = new Set(fetched.map(({ mail, kind }) => `${messageOf.get(mail)} ${kind}`))
  return messages.flatMap(({ messageId, message: { contactId }, tracked }) => {
    const person = owner.get(contactId)
    return (tracked?.hits ?? []).flatMap(({ kind, at }) => {
      const which = `${kind} of ${messageId}`
      if (!made.has(`${messageId} ${kind}`)) return [`a hit that nobody made: ${which}`]
      if (person === undefined) return [`a hit of nobody: ${which}`]
      const off = expectedAt(person, purposes[kind], at) === 'off'
      if (off && held(person, purposes[kind], { as: 'off', from: at, to: now }))
        return [`a hit after a no: ${which}`]
      return off ? [`a hit of a time when the answer was no: ${which}`] : []
    })
  })
}

/** What a campaign's statistics say, against each other and their own recount. */
export function brokenFigures(
  id: string,
  { mails, recount }: Statistics & { recount?: Recount },
): string[] {
  const { planned, sent, skipped, failed, unknown, waiting } = mails
  const sum = sent + skipped + failed + unknown + waiting
  return [
    ...(planned === sum ? [] : [`${planned} were planned and ${sum} came of it`]),
    ...(waiting === 0 ? [] : [`${waiting} wait for ever`]),
    ...(recount?.outcome === 'right'
      ? []
      : [
          `its recount is ${recount?.outcome ?? 'not done'}: ${JSON.stringify(recount?.corrected)}`,
        ]),
  ].map((broken) => `the figures of ${id}: ${broken}`)
}
