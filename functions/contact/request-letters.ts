import { ConditionalCheckFailedException, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import { type Tables, toItem } from '../platform/table.ts'
import {
  type LetterOutcome,
  letterAttribute,
  letterOutcomes,
  type RequestLetterName,
  requestItemKey,
} from './request-record.ts'

export type ToldOfLetter = {
  requestId: string
  letter: RequestLetterName
  outcome: LetterOutcome
  at: Date
}

/**
 * What is known of a letter about a request, for whoever answers for it (GDPR art. 12): an extension that
 * its person never heard of is none. Told again, late or after more is known, it changes nothing; and of a
 * request that is forgotten nothing is made anew.
 */
export async function noteRequestLetter(
  { db, main }: Pick<Tables, 'db' | 'main'>,
  { requestId, letter, outcome, at }: ToldOfLetter,
): Promise<void> {
  const less = letterOutcomes.slice(0, letterOutcomes.indexOf(outcome))
  const names = less.map((_, index) => `:l${index}`)
  const saidLess = less.length === 0 ? '' : ` OR #letter.outcome IN (${names.join(', ')})`
  try {
    await db.send(
      new UpdateItemCommand({
        TableName: main,
        Key: toItem(requestItemKey(requestId)),
        UpdateExpression: 'SET #letter = :told',
        ConditionExpression: `attribute_exists(pk) AND (attribute_not_exists(#letter)${saidLess})`,
        ExpressionAttributeNames: { '#letter': letterAttribute(letter) },
        ExpressionAttributeValues: toItem({
          ':told': { outcome, at: at.toISOString() },
          ...Object.fromEntries(less.map((each, index) => [`:l${index}`, each])),
        }),
      }),
    )
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}
