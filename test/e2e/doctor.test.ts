import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { cloud } from '../support/e2e-cloud.ts'
import { isWelcome, letterTo } from '../support/e2e-inbox.ts'
import { someone, subscribe } from '../support/e2e-person.ts'

const program = new URL('../../infra/doctor.ts', import.meta.url).pathname

async function examined(...args: string[]): Promise<{ code: number; lines: string[] }> {
  const command = [program, '--url', cloud.origin, ...args]
  const { code = 0, stdout } = (await promisify(execFile)(process.execPath, command).catch(
    (failed: { code: number; stdout: string }) => failed,
  )) as { code?: number; stdout: string }
  return { code, lines: stdout.split('\n') }
}
const lineOf = (lines: readonly string[], what: string) => lines.find((line) => line.includes(what))

it('the doctor finds nothing wrong with the installation, and UNSUB-04 that a real link answers as it must', async () => {
  const healthy = await examined()
  expect(healthy.lines.filter((line) => line.startsWith('wrong'))).toEqual([])
  expect(healthy.code).toBe(0)

  const person = someone('doc')
  await subscribe(person)
  const letter = await letterTo(person.email, isWelcome)
  const dns = `127.0.0.1:${Number(new URL(cloud.origin).port) + 8}`
  const directory = await mkdtemp(join(tmpdir(), 'assent-doctor-'))
  const file = join(directory, 'mail.eml')
  const headers = letter.headers.map(({ name, value }) => `${name}: ${value}`)
  await writeFile(file, [`From: <news@nordlys.example>`, ...headers, '', letter.text].join('\r\n'))
  const { code, lines } = await examined('--mail', file, '--unsubscribe', '--dns', dns)
  await rm(directory, { recursive: true })
  expect(code).toBe(1)
  for (const what of [
    'change nothing',
    'GET and HEAD of a real link',
    'one-click POST of a real',
  ]) {
    expect(lineOf(lines, what)).toMatch(/^fine/)
  }
  // What the local inbox keeps was never signed.
  expect(lineOf(lines, 'DKIM covers both')).toMatch(/^wrong/)
})
