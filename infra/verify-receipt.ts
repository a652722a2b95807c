import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { defaultPort } from './local/ports.ts'
import { checkReceipt } from './receipt-check.ts'

const usage = `usage: npm run verify-receipt -- <file> [--keys <file or URL>]
  The keys are what /api/receipt-keys answers; without --keys, those of the stack on this machine.`

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}

/** Exit code 0 for a receipt that holds, 1 for one that does not, 2 when it could not be checked. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { keys: { type: 'string' } },
  })
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new Error(usage)
  const keys = values.keys ?? `http://localhost:${defaultPort}/api/receipt-keys`
  const check = await checkReceipt(await readFile(file, 'utf8'), await keySetOf(keys))
  if (check.kind === 'holds') {
    console.log(JSON.stringify(check.receipt, null, 2))
    console.log(`It holds: signed by key ${check.keyId}.`)
    return
  }
  console.error(`It does not hold. ${check.because}`)
  process.exitCode = 1
}

async function keySetOf(place: string): Promise<unknown> {
  if (!/^https?:\/\//.test(place)) return JSON.parse(await readFile(place, 'utf8'))
  const answer = await fetch(place)
  if (!answer.ok) throw new Error(`${place} answered ${answer.status}`)
  return answer.json()
}
