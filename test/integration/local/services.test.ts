import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2'
import {
  GetParameterCommand,
  GetParametersByPathCommand,
  ParameterAlreadyExists,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm'
import { afterEach, describe, expect, it } from 'vitest'
import { createFirstKeys } from '../../../infra/key-parameters.ts'
import { startMail } from '../../../infra/local/services/mail.ts'
import { startParameters } from '../../../infra/local/services/parameters.ts'

const keysProgram = fileURLToPath(new URL('../../../infra/keys.ts', import.meta.url))

const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

const access = {
  region: 'eu-north-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'local' },
}

async function parametersIn(directory: string): Promise<SSMClient> {
  const { endpoint, stop } = await startParameters(0, join(directory, 'parameters.json'))
  const ssm = new SSMClient({ endpoint, ...access })
  undo.push(async () => {
    ssm.destroy()
    await stop()
  })
  return ssm
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'assent-test-'))
  undo.push(() => rm(directory, { recursive: true }))
  return directory
}

const put = (Name: string, Value: string) =>
  new PutParameterCommand({ Name, Value, Type: 'SecureString' })

describe('the local Parameter Store', () => {
  it('keeps secrets for a restart, in a file that only this user reads', async () => {
    const directory = await temporaryDirectory()
    await (await parametersIn(directory)).send(put('/a/b/1', 'secret'))
    const again = await parametersIn(directory)
    const read = new GetParameterCommand({ Name: '/a/b/1', WithDecryption: true })

    expect((await again.send(read)).Parameter).toMatchObject({ Value: 'secret', Version: 1 })
    expect(statSync(join(directory, 'parameters.json')).mode & 0o777).toBe(0o600)
  })

  it('gives a path page by page, ten at most, and nothing from deeper or beside it', async () => {
    const ssm = await parametersIn(await temporaryDirectory())
    for (let id = 1; id <= 13; id += 1) await ssm.send(put(`/keys/undo/${id}`, `${id}`))
    await ssm.send(put('/keys/undo/deep/1', 'deep'))
    await ssm.send(put('/keys/undone/1', 'beside'))
    const page = (NextToken?: string) =>
      ssm.send(
        new GetParametersByPathCommand({ Path: '/keys/undo/', WithDecryption: true, NextToken }),
      )
    const first = await page()
    const second = await page(first.NextToken)

    expect(first.Parameters).toHaveLength(10)
    expect(second.Parameters).toHaveLength(3)
    expect(second.NextToken).toBeUndefined()
  })

  it('gives a secret in clear only to who asks for decryption', async () => {
    const ssm = await parametersIn(await temporaryDirectory())
    await ssm.send(put('/a', 'secret'))
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/a' }))

    expect(Parameter?.Value).not.toContain('secret')
  })

  it('refuses to overwrite unasked, and to find what is not there', async () => {
    const ssm = await parametersIn(await temporaryDirectory())
    await ssm.send(put('/a', 'one'))

    await expect(ssm.send(put('/a', 'two'))).rejects.toBeInstanceOf(ParameterAlreadyExists)
    await expect(ssm.send(new GetParameterCommand({ Name: '/b' }))).rejects.toBeInstanceOf(
      ParameterNotFound,
    )
  })
})

describe('npm run keys -- init', () => {
  it('creates one key of 32 bytes for every purpose, and leaves existing keys alone (SEC-02)', async () => {
    const ssm = await parametersIn(await temporaryDirectory())
    const secretOf = async (Name: string) => {
      const found = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }))
      return found.Parameter?.Value ?? ''
    }
    const first = await createFirstKeys(ssm, '/assent/test/keys', new Date('2026-01-02T03:04:05Z'))
    const values = await Promise.all(first.map(({ name }) => secretOf(name)))
    const second = await createFirstKeys(ssm, '/assent/test/keys', new Date())

    expect(first.map(({ name }) => name)).toContain('/assent/test/keys/unsubscribe/1')
    expect(first.every(({ created }) => created)).toBe(true)
    for (const value of values) {
      const { key, ...rest } = JSON.parse(value)
      expect(Buffer.from(key, 'base64url')).toHaveLength(32)
      expect(rest).toEqual({ state: 'current', createdAt: '2026-01-02T03:04:05.000Z' })
    }
    expect(new Set(values).size).toBe(values.length)
    expect(second.some(({ created }) => created)).toBe(false)
    expect(await Promise.all(first.map(({ name }) => secretOf(name)))).toEqual(values)
  })
})

describe('npm run keys', () => {
  const keys = (endpoint: string, ...words: string[]) =>
    promisify(execFile)(process.execPath, [keysProgram, ...words], {
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_SSM: endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
    })

  it('init can be run again: it says what exists, and succeeds', async () => {
    const directory = await temporaryDirectory()
    const { endpoint, stop } = await startParameters(0, join(directory, 'parameters.json'))
    undo.push(stop)
    const first = await keys(endpoint, 'init', '--stage', 'trial')
    const second = await keys(endpoint, 'init', '--stage', 'trial')

    expect(first.stdout).toMatch(/^created +\/assent\/trial\/keys\/unsubscribe\/1$/m)
    expect(second.stdout).toMatch(/^already exists +\/assent\/trial\/keys\/unsubscribe\/1$/m)
    expect(second.stdout).not.toMatch(/^created/m)
  })

  it.each([
    [[], /usage/],
    [['init', 'again'], /usage/],
    [['init', '--stage', 'No Stage'], /stage must be/],
    [['init', '--stag', 'x'], /--stag/],
  ])('%j is refused with a word on why', async (words, word) => {
    await expect(keys('http://127.0.0.1:9', ...words)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(word),
    })
  })
})

describe('the local inbox', () => {
  it('shows a letter with its headers as JSON at /store', async () => {
    const { endpoint, stop } = await startMail(0)
    const ses = new SESv2Client({ endpoint, ...access })
    undo.push(async () => {
      ses.destroy()
      await stop()
    })
    const Headers = [
      { Name: 'List-Unsubscribe', Value: '<https://example.org/u/abc>' },
      { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
    ]
    await ses.send(
      new SendEmailCommand({
        FromEmailAddress: 'Nordlys <preferences@nordlys.example>',
        Destination: { ToAddresses: ['kari@example.org'] },
        ConfigurationSetName: 'letters',
        Content: {
          Simple: {
            Subject: { Data: 'Velkommen' },
            Body: { Text: { Data: 'Hei' }, Html: { Data: '<p>Hei</p>' } },
            Headers,
          },
        },
      }),
    )
    const store = (await (await fetch(`${endpoint}/store`)).json()) as { emails: unknown[] }

    expect(store.emails.at(-1)).toMatchObject({
      from: 'Nordlys <preferences@nordlys.example>',
      destination: { to: ['kari@example.org'] },
      subject: 'Velkommen',
      body: { text: 'Hei', html: '<p>Hei</p>' },
      headers: Headers.map(({ Name, Value }) => ({ name: Name, value: Value })),
    })
  })
})
