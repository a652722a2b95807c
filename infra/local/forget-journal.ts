import { DeleteItemCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import type { Clients } from './clients.ts'

/**
 * A kept database remembers where the journal ended and what stands in it; the stand-in for S3 forgets the
 * journal itself when it stops. The kept stream tells all of it again, so it is begun anew.
 */
export async function forgetJournal(
  { dynamodb }: Pick<Clients, 'dynamodb'>,
  main: string,
): Promise<void> {
  const pages = paginateScan(
    { client: dynamodb },
    {
      TableName: main,
      FilterExpression: 'begins_with(pk, :journal)',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeValues: { ':journal': { S: 'J#' } },
    },
  )
  for await (const { Items = [] } of pages) {
    for (const Key of Items) await dynamodb.send(new DeleteItemCommand({ TableName: main, Key }))
  }
}
