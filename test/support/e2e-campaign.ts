import { setTimeout as wait } from 'node:timers/promises'
import { cloud } from './e2e-cloud.ts'
import { bearer, form, get, http, json, post } from './e2e-http.ts'
import { isConfirmation, letterTo, linkIn } from './e2e-inbox.ts'
import { type Someone, signUp } from './e2e-person.ts'

/**
 * Signs up for one topic alone, with these purposes ticked, and confirms.
 * @param told what else they tell of themselves.
 */
export async function reader(
  person: Someone,
  topic: string,
  purposes: readonly string[] = [],
  told: Readonly<Record<string, string>> = {},
): Promise<void> {
  await signUp(person, { topics: [topic], purposes, ...told })
  const link = linkIn(await letterTo(person.email, isConfirmation), '/s/')
  const ticked = [`topics=${topic}`, ...purposes.map((purpose) => `purposes=${purpose}`)]
  const { status } = await post(link, ticked.join('&'), { headers: form, from: person.from })
  if (status !== 200) throw new Error(`expected 200, got ${status}`)
  await letterTo(person.email, ({ text }) => text.includes(`${cloud.origin}/u/`))
}

type Block = { markdown: string; interests?: readonly string[] }

/** Writes a campaign for the topic, starts it and waits until it is sent; its path. */
export async function sentCampaign(
  token: string,
  topic: string,
  { subject, blocks }: { subject: string; blocks: readonly Block[] },
): Promise<string> {
  const post = (path: string, body: object) =>
    http('POST', path, { headers: { ...json, ...bearer(token) }, body: JSON.stringify(body) })
  const variants = { nb: { subject, blocks } }
  const made = await post('/staff/campaigns', { name: subject, topic, variants })
  const path = `/staff/campaigns/${made.json().id}`
  await post(`${path}/start`, {})
  for (let tries = 0; tries < 300; tries++) {
    if ((await get(path, { headers: bearer(token) })).json().state === 'sent') return path
    await wait(100)
  }
  throw new Error('the campaign was not sent in time')
}
