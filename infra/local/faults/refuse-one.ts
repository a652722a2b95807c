import * as v from 'valibot'

const bulk = v.looseObject({
  BulkEmailEntries: v.pipe(
    v.array(v.looseObject({ Destination: v.looseObject({ ToAddresses: v.array(v.string()) }) })),
    v.minLength(1),
  ),
})

/**
 * The same call of `SendBulkEmail`, with the address of one of its mails spoilt: SES refuses that one and
 * takes the others. As long as before, to the byte.
 */
export function refusingOne(body: Buffer): Buffer {
  const { BulkEmailEntries: entries, ...rest } = v.parse(bulk, JSON.parse(body.toString()))
  const refused = Math.floor(entries.length / 2)
  const spoilt = entries.map((entry, index) => {
    if (index !== refused) return entry
    const { ToAddresses } = entry.Destination
    const Destination = {
      ...entry.Destination,
      ToAddresses: ToAddresses.map((address) => address.replace('@', ' ')),
    }
    return { ...entry, Destination }
  })
  return Buffer.from(JSON.stringify({ ...rest, BulkEmailEntries: spoilt }))
}
