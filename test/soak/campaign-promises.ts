import { messageIdOf } from '../../functions/campaign/message-record.ts'
import type { KnownCampaign, KnownMessage } from './campaigns-in.ts'
import type { CampaignMail } from './inbox.ts'
import { expectedAt, held, type Person, restriction } from './person.ts'

/** What is known once everything is quiet. */
export type Aftermath = {
  people: readonly Person[]
  /** Of each address its contact, where there is one. */
  contactIds: ReadonlyMap<string, string | undefined>
  campaigns: readonly KnownCampaign[]
  messages: readonly KnownMessage[]
  mails: readonly CampaignMail[]
  /** The message that each mail was. */
  messageOf: ReadonlyMap<CampaignMail, string>
  /** When each campaign started, in milliseconds since 1970. */
  startedAt: ReadonlyMap<string, number>
  /** As long as a worker may take from its last reading of a person to the mail. */
  underWayMs: number
}

/** Every promise that campaigns have broken, to whomever. */
export function brokenByCampaigns(after: Aftermath): string[] {
  return [
    ...unfinished(after),
    ...mailedTwice(after),
    ...againstTheirStates(after),
    ...afterANo(after),
    ...lost(after),
  ]
}

/** Somebody has cancelled it, it was never begun, or it is out. */
function unfinished({ campaigns }: Aftermath): string[] {
  return campaigns
    .filter(({ campaign: { state } }) => !['draft', 'sent', 'cancelled'].includes(state))
    .map(({ id, campaign: { state } }) => `campaign ${id} is still ${state}`)
}

/** SEND-01: one mail of a campaign to a person, whatever died and came again. */
function mailedTwice({ people, mails }: Aftermath): string[] {
  const erased = new Set(people.flatMap(({ email, everErased }) => (everErased ? email : [])))
  const twice = (name: string, of: (mail: CampaignMail) => string, all: readonly CampaignMail[]) =>
    [...Map.groupBy(all, of)]
      .filter(([, same]) => same.length > 1)
      .map(([which, same]) => `${same.length} mails of one campaign to one ${name}: ${which}`)
  return [
    ...twice('contact', ({ campaignId, contactId }) => `${campaignId} ${contactId}`, mails),
    // Whoever was erased and has come back is another contact, who may be written to for themself.
    ...twice(
      'address',
      ({ campaignId, to }) => `${campaignId} ${to}`,
      mails.filter(({ to }) => !erased.has(to)),
    ),
  ]
}

const left: ReadonlySet<string> = new Set(['sent', 'delivered', 'bounced', 'complained'])
/** SES may have taken it, or has taken it and thrown it away. */
const perhapsLeft: ReadonlySet<string> = new Set(['unknown', 'failed'])

/** A message is where its mail is: in the store, or in a state that says why it is not. */
function againstTheirStates({ messages, mails, messageOf, contactIds }: Aftermath): string[] {
  const of = Map.groupBy(mails, (mail) => messageOf.get(mail) ?? '')
  const known = new Set(messages.map(({ messageId }) => messageId))
  const living = new Set(contactIds.values())
  return [
    ...messages.flatMap(({ messageId, campaignId, message: { state, reason = '', contactId } }) => {
      const has = of.get(messageId)?.length ?? 0
      const which = `${campaignId} ${messageId} (${state} ${reason})`
      if (!living.has(contactId)) return [`a message outlives its person: ${which}`]
      if (left.has(state)) return has === 1 ? [] : [`a message without its mail: ${which}`]
      if (perhapsLeft.has(state)) return []
      if (state === 'planned' || state === 'sending') return [`a message still waits: ${which}`]
      return has === 0 ? [] : [`a mail whose message says otherwise: ${which}`]
    }),
    ...mails
      .filter((mail) => !known.has(messageOf.get(mail) ?? '') && living.has(mail.contactId))
      .map(({ campaignId, contactId }) => `a mail of no message: ${campaignId} ${contactId}`),
  ]
}

/** UNSUB-10, UNSUB-15: nobody gets a mail after their no was answered, but for one that was leaving. */
function afterANo({ people, mails, startedAt, underWayMs }: Aftermath): string[] {
  const byAddress = new Map(people.map((person) => [person.email, person]))
  return mails.flatMap(({ to, at, topic, campaignId }) => {
    const person = byAddress.get(to)
    if (person === undefined) return [`a mail to nobody of the soak: ${campaignId}`]
    // What stood when the campaign started was there to be read, however long its worker took.
    const read = Math.max(at - underWayMs, startedAt.get(campaignId) ?? 0)
    const span = { from: read, to: at }
    const broken: string[] = []
    if (held(person, topic, { as: 'off', ...span })) broken.push(`${topic} was off`)
    if (held(person, restriction, { as: 'on', ...span })) broken.push('their data were only kept')
    return broken.map((why) => `a mail after a no: ${campaignId} to ${to}, ${why}`)
  })
}

/** Whoever was to be mailed, all the time from the start to now, has it, or it is said why not. */
function lost(after: Aftermath): string[] {
  const { campaigns, messages, startedAt } = after
  const byId = new Map(messages.map((each) => [each.messageId, each.message]))
  return campaigns.flatMap(({ id, campaign: { state, topic, key } }) => {
    const from = startedAt.get(id)
    if (state !== 'sent' || from === undefined) return []
    return readersSince(after, topic, from).flatMap(({ email, contactId }) => {
      const message = byId.get(messageIdOf(key, contactId))
      const is = message?.state ?? 'never planned'
      return left.has(is) || perhapsLeft.has(is)
        ? []
        : [`a reader is left out: ${id} to ${email}, ${is} ${message?.reason ?? ''}`]
    })
  })
}

/** Those who certainly might be mailed all the time. */
function readersSince({ people, contactIds }: Aftermath, topic: string, from: number) {
  const to = Date.now()
  return people
    .filter(
      (person) =>
        person.mailbox === 'quiet' &&
        held(person, topic, { as: 'on', from, to }) &&
        held(person, restriction, { as: 'off', from, to }),
    )
    .flatMap(({ email }) => {
      const contactId = contactIds.get(email)
      return contactId === undefined ? [] : [{ email, contactId }]
    })
}

/** TRACK-01: a pixel and tracked links for those who have allowed them, and for nobody else. */
export function brokenInMails({ people, mails, underWayMs }: Aftermath): string[] {
  const byAddress = new Map(people.map((person) => [person.email, person]))
  return mails.flatMap((mail) => {
    const person = byAddress.get(mail.to)
    if (person === undefined || person.everErased) return []
    const span = { from: mail.at - underWayMs, to: mail.at }
    const parts = [
      { purpose: 'open-tracking', has: mail.pixel !== undefined },
      { purpose: 'click-tracking', has: mail.links.length > 0 },
    ]
    return parts.flatMap(({ purpose, has }) => {
      const allowed = expectedAt(person, purpose, mail.at) === 'on' ? 'on' : 'off'
      if (!held(person, purpose, { as: allowed, ...span }) || has === (allowed === 'on')) return []
      return [`a mail of ${mail.campaignId} to ${mail.to} ${has ? 'has' : 'lacks'} its ${purpose}`]
    })
  })
}
