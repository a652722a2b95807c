import { UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contactItemKey } from '../../../functions/contact/contact.ts'
import { toItem } from '../../../functions/platform/table.ts'
import { swept } from '../../support/swept.ts'
import { chrome, type Mailed, type Mailroom, openMailroom } from './mailed.ts'

/** What is known of opens and clicks, after the consent that it rests on has ended (SUPP-08). */
let room: Mailroom
let campaignId: string
beforeAll(async () => {
  room = await openMailroom()
  campaignId = await room.campaign()
})
afterAll(() => room.stop())

/** Somebody who has opened their mail and followed a link, and allowed both to be known. */
async function reader(email: string): Promise<Mailed> {
  const contactId = await room.person(email, ['open-tracking', 'click-tracking'])
  const mailed = await room.mail(campaignId, contactId)
  for (const path of [mailed.pixel, mailed.link(0)]) {
    await room.ask({ method: 'GET', path, headers: { 'user-agent': chrome } })
  }
  await room.record(await room.waiting())
  expect(await kinds(mailed)).toEqual(['open', 'click'])
  return mailed
}
const kinds = async (mailed: Mailed) =>
  (await room.trackedOn(mailed))?.hits
    .map(({ kind }) => kind)
    .toSorted()
    .toReversed()

const withdraw = (email: string, purpose: string) => room.choose(email, purpose, 'withdrawn')
const night = (mode: 'for-real' | 'dry-run' = 'for-real') =>
  swept(room.books.store, { mode, now: new Date() })

describe('the sweep', () => {
  it('SUPP-08 deletes opens when opens may no longer be known, and clicks when clicks may not', async () => {
    const [liv, eva] = [await reader('liv@example.org'), await reader('eva@example.org')]
    await withdraw('liv@example.org', 'open-tracking')
    const dry = await night('dry-run')
    expect(dry.run?.counts['ended-tracking:due']).toBe(1)
    expect(await kinds(liv)).toEqual(['open', 'click'])

    const { run } = await night()
    expect([run?.counts['ended-tracking:done'], run?.counts.failed]).toEqual([1, undefined])
    expect([await kinds(liv), await kinds(eva)]).toEqual([['click'], ['open', 'click']])
    expect((await night()).run?.counts['ended-tracking:done']).toBeUndefined()

    await withdraw('liv@example.org', 'click-tracking')
    await night()
    expect(await room.trackedOn(liv)).toBeUndefined()
    // How many there were is of the campaign, and of nobody.
    expect((await room.figuresOf(campaignId))['open:human_likely']).toBe(2)
  })

  it('RIGHT-10 leaves what is known of somebody restricted where it is', async () => {
    const per = await reader('per@example.org')
    await withdraw('per@example.org', 'open-tracking')
    await room.local.dynamodb.send(
      new UpdateItemCommand({
        TableName: room.local.tables.main,
        Key: toItem(contactItemKey(per.contactId)),
        UpdateExpression: 'SET restricted = :yes',
        ExpressionAttributeValues: toItem({ ':yes': true }),
      }),
    )
    await night()
    expect(await kinds(per)).toEqual(['open', 'click'])
  })

  it('deletes what is known of somebody who is gone', async () => {
    const gone = await reader('gone@example.org')
    await room.remove(contactItemKey(gone.contactId))
    await night()
    expect(await room.trackedOn(gone)).toBeUndefined()
  })
})
