import * as v from 'valibot'
import { noticeSha256 } from '../consent/notice.ts'
import { offeredPurposes, offeredTopics, type Policy } from '../consent/policy.ts'
import { addressKeys, addressSchema } from '../contact/address.ts'
import type { ContactStore } from '../contact/contacts.ts'
import { identityLines, line } from '../contact/identity-fields.ts'
import { signUpOwner, signUpPuts } from '../contact/sign-up-record.ts'
import { filedUnder } from '../contact/suppression.ts'
import { newDataKey, sealIdentity } from '../contact/vault.ts'
import type { LetterMessage } from '../letters/letter-message.ts'
import { randomId } from '../platform/id.ts'
import type { Send } from '../platform/queue.ts'
import { toItem, transact, ttlAt } from '../platform/table.ts'

/** First half of double opt-in: a form was sent. By anyone; so it changes no contact (CONS-01). */

/** With a version, and no room for an address: the history holds it in clear, and outlives an erasure. */
const formName = /^([\w./-]+(@\d+)?)?$/
const several = v.pipe(
  v.optional(v.union([v.string(), v.pipe(v.array(v.string()), v.maxLength(50))]), []),
  v.transform((value) => [...new Set([value].flat())]),
)

export function signUpSchema(policy: Policy) {
  const among = (offered: readonly string[]) =>
    v.pipe(
      several,
      v.everyItem((id) => offered.includes(id), 'names something we do not offer'),
    )
  return v.object({
    email: addressSchema,
    topics: among(offeredTopics(policy)),
    purposes: among(offeredPurposes(policy)),
    locale: v.optional(v.pipe(v.string(), v.maxLength(10))),
    form: v.optional(v.pipe(line(100), v.regex(formName, 'is not the name of a form')), ''),
    name: v.optional(identityLines.name, ''),
    company: v.optional(identityLines.company, ''),
    title: v.optional(identityLines.title, ''),
    phone: v.optional(identityLines.phone, ''),
  })
}
export type SignUpRequest = v.InferOutput<ReturnType<typeof signUpSchema>>

export type SignUpDeps = { store: ContactStore; letters: Send<LetterMessage>; now: Date }

/**
 * Stores what was asked and has the confirmation mailed. Every address makes the same calls, known or
 * not, suppressed or not, and gets the same answer (SEC-08): two, and one more once the address key has
 * been rotated, so that bounces and cool-downs are met where they stand. A form with nothing ticked is
 * answered alike (CONS-02) and leaves nothing behind: there is nothing to confirm, and it must not
 * take the place of an earlier form whose letter is on its way.
 */
export async function signUp(
  { store, letters, now }: SignUpDeps,
  request: SignUpRequest,
  {
    language,
    network,
    privacySignal,
  }: { language: string; network: string; privacySignal?: boolean },
): Promise<void> {
  const { tables, policy, keys } = store
  const { email, topics, purposes, form, locale: _, ...rest } = request
  if (topics.length + purposes.length === 0) return
  const signUpId = randomId()
  const addressKey = await filedUnder(tables, addressKeys(email, await keys('address')))
  const { key, wrapped } = newDataKey(signUpOwner(signUpId), await keys('ring'))
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== ''))
  await transact(tables.db, [
    ...signUpPuts(
      tables,
      {
        signUpId,
        sealed: sealIdentity(key, 'sign-up', { email, ...given }),
        addressKey,
        network,
        topics,
        purposes,
        language,
        form,
        noticeVersion: policy.notice.version,
        noticeSha256: noticeSha256(policy, language, [...topics, ...purposes]),
        requestedAt: now.toISOString(),
        ...(privacySignal ? { privacySignal } : {}),
        ttl: ttlAt(now, policy.retention.signUp),
      },
      wrapped,
    ),
    {
      Update: {
        TableName: tables.main,
        Key: toItem({ pk: addressKey, sk: 'L' }),
        UpdateExpression: 'SET latestSignUp = :id, #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: toItem({ ':id': signUpId, ':ttl': ttlAt(now, 30) }),
      },
    },
  ])
  await letters({ kind: 'confirm', signUpId })
}
