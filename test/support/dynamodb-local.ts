import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../infra/local/free-ports.ts'

/** AWS's own DynamoDB Local (Java) travels in this package; its dependencies are not needed. */
const packed = {
  name: 'amplify-dynamodb-simulator@2.9.30',
  integrity:
    'sha512-xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==',
}

export type DynamoDbLocal = { endpoint: string; stop: () => Promise<void> }

/** Starts DynamoDB Local in memory. @throws in words when there is no Java or no package. */
export async function startDynamoDbLocal(): Promise<DynamoDbLocal> {
  if (spawnSync('java', ['-version']).status !== 0) {
    throw new Error('AWS’s DynamoDB Local needs Java 11 or later: no `java` was found')
  }
  const home = unpacked(resolve('.build/dynamodb-local'))
  const port = await freePort()
  // One set of tables for all callers, and not a word to anybody about it.
  const flags = ['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)]
  const java = spawn('java', ['-jar', 'DynamoDBLocal.jar', ...flags], {
    cwd: home,
    env: { PATH: process.env.PATH, JAVA_TOOL_OPTIONS: '-Djava.library.path=DynamoDBLocal_lib' },
    stdio: ['ignore', 'ignore', 'ignore'],
  })
  const ended = new Promise<void>((done) => java.once('close', () => done()))
  const stop = async () => {
    java.kill('SIGKILL')
    await ended
  }
  const endpoint = `http://127.0.0.1:${port}`
  const failed = ended.then(() => Promise.reject(new Error('DynamoDB Local ended by itself')))
  await Promise.race([untilAnswering(endpoint), failed])
  failed.catch(() => {})
  return { endpoint, stop }
}

/** The emulator's files, fetched through npm once, and only if they are those that were checked. */
function unpacked(home: string): string {
  if (existsSync(home)) return home
  mkdirSync(resolve('.build'), { recursive: true })
  const fresh = mkdtempSync(`${home}-`)
  try {
    const flags = ['--silent', '--pack-destination', fresh]
    const npm = execFileSync('npm', ['pack', packed.name, ...flags], { encoding: 'utf8' })
    const tarball = join(fresh, npm.trim().split('\n').at(-1) ?? '')
    const sha512 = createHash('sha512').update(readFileSync(tarball)).digest('base64')
    if (`sha512-${sha512}` !== packed.integrity) {
      throw new Error(`${packed.name} is not the package that was checked`)
    }
    const emulator = ['--strip-components=2', 'package/emulator']
    execFileSync('tar', ['-xzf', tarball, '-C', fresh, ...emulator])
    rmSync(tarball)
    renameSync(fresh, home)
    return home
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

async function untilAnswering(endpoint: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answers = await fetch(endpoint).then(
      () => true,
      () => false,
    )
    if (answers) return
    await wait(100)
  }
  throw new Error('DynamoDB Local did not answer in half a minute')
}
