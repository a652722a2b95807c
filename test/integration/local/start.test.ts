import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { readDeployment } from '../../../infra/local/deployment.ts'
import { portsFrom } from '../../../infra/local/ports.ts'
import { freePorts } from '../../support/local-cloud.ts'
import { npmStart, processesNaming, type Started } from '../../support/npm-start.ts'

const staffToken = fileURLToPath(new URL('../../../infra/staff-token.ts', import.meta.url))

// Several starts in one test, on a machine that other test files keep busy.
vi.setConfig({ testTimeout: 180_000 })

let temporary: string
let port: number
const running: Started[] = []

beforeEach(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'assent-start-'))
  port = await freePorts()
})

afterEach(async () => {
  for (const { process, exited } of running.splice(0)) {
    process.kill('SIGKILL')
    await exited
  }
  rmSync(temporary, { recursive: true, force: true })
})

function start(...flags: string[]): Started {
  const started = npmStart(['--empty', '--port', String(port), ...flags], temporary)
  running.push(started)
  return started
}

async function untilNothingIsLeft(): Promise<void> {
  const end = Date.now() + 5000
  while (processesNaming(temporary).length > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(processesNaming(temporary)).toEqual([])
  expect(readdirSync(temporary)).toEqual([])
}

describe('npm run staff-token', () => {
  it.each([[[]], [['--role', 'boss']], [['--role', 'viewer', '--port', 'x']]])(
    'says how it is called when it is called otherwise: %j',
    async (flags) => {
      const asked = promisify(execFile)(process.execPath, [staffToken, ...flags])
      await expect(asked).rejects.toMatchObject({ stderr: expect.stringMatching(/^usage: /) })
    },
  )
})

describe('npm start', () => {
  it('prints what it promises once all of it answers, and leaves nothing behind on Ctrl-C', async () => {
    const started = start()
    await started.ready
    const origin = `http://localhost:${port}`
    const inbox = `http://localhost:${port + 1}`
    const page = await fetch(`${origin}/`)
    const store = await fetch(`${inbox}/store`)
    const staff = await fetch(`${origin}/staff/exports/none`)

    expect(started.stdout()).toBe(`ready ${origin}\npage ${origin}/\ninbox ${inbox}\n`)
    expect(page.status).toBe(200)
    expect(await store.json()).toMatchObject({ emails: [] })
    expect(staff.status).toBe(401)

    const token = await promisify(execFile)(process.execPath, [
      staffToken,
      '--role',
      'marketing',
      '--port',
      String(port),
    ])
    const admitted = await fetch(`${origin}/staff/exports/none`, {
      headers: { authorization: `Bearer ${token.stdout.trim()}` },
    })
    expect(admitted.status).not.toBe(401)

    started.process.kill('SIGINT')
    expect(await started.exited).toBe(0)
    await untilNothingIsLeft()
  })

  // A DynamoDB from elsewhere keeps its own data and does not end with the rest.
  const alone = process.env.DYNAMODB_ENDPOINT === undefined
  it.runIf(alone)(
    'that is killed outright leaves nothing running, and --data keeps all',
    async () => {
      const data = mkdtempSync(join(tmpdir(), 'assent-data-'))
      const first = start('--data', data)
      await first.ready
      const dynamodb = clientOf(port)
      const item = { pk: { S: 'C#1' }, sk: { S: 'C' } }
      const TableName = mainTable()
      await dynamodb.send(new PutItemCommand({ TableName, Item: item }))
      const keys = readFileSync(join(data, 'parameters.json'), 'utf8')
      first.process.kill('SIGKILL')
      await first.exited
      await untilNothingIsLeft()

      const second = start('--data', data)
      await second.ready
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: item }))
      expect(Item).toEqual(item)
      expect(readFileSync(join(data, 'parameters.json'), 'utf8')).toBe(keys)

      // The database alone: everything else must follow it, and say why.
      for (const pid of processesNaming(join(data, 'dynamodb.sqlite'))) process.kill(Number(pid))
      expect(await second.exited).toBe(1)
      expect(second.stderr()).toContain('The local DynamoDB ended')
      await untilNothingIsLeft()
      rmSync(data, { recursive: true })
    },
  )

  it('that is interrupted while it starts stops at once', async () => {
    const started = start()
    await new Promise((resolve) => setTimeout(resolve, 1500))
    started.process.kill('SIGINT')

    expect(await started.exited).toBe(0)
    expect(started.stdout()).toBe('')
    await untilNothingIsLeft()
  })

  it('names a port that is in use', async () => {
    const blocked = portsFrom(port).messaging
    const server = createServer().listen(blocked, '127.0.0.1')
    const started = start()

    expect(await started.exited).toBe(1)
    expect(started.stderr()).toContain(`Port ${blocked} is in use`)
    server.close()
    await untilNothingIsLeft()
  })

  it('refuses a directory whose data another start has open', async () => {
    const data = join(temporary, 'data')
    const first = start('--data', data)
    await first.ready
    const second = npmStart(
      ['--empty', '--port', String(await freePorts()), '--data', data],
      temporary,
    )
    running.push(second)

    expect(await second.exited).toBe(1)
    expect(second.stderr()).toContain(`${data} is in use`)
    expect(second.stdout()).toBe('')
  })

  it.each([
    [['--prot', '3000'], '--prot'],
    [['--port', 'http'], '--port takes a number'],
    [['--port', '70000'], '--port takes a number'],
    [['--data'], '--data'],
    [['extra'], 'extra'],
  ])('%j is refused, with a word on why', async (flags, word) => {
    const started = npmStart(flags, temporary)
    running.push(started)

    expect(await started.exited).toBe(1)
    expect(started.stderr()).toContain(word)
    expect(started.stdout()).toBe('')
  })
})

function mainTable(): string {
  const { tables } = readDeployment(inject('assembly'), 'http://127.0.0.1:9')
  const main = tables.find(({ logicalId }) => logicalId.startsWith('Main'))
  return main?.name ?? ''
}

function clientOf(base: number): DynamoDBClient {
  return new DynamoDBClient({
    endpoint: `http://127.0.0.1:${portsFrom(base).dynamodb}`,
    region: 'eu-north-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'local' },
  })
}
