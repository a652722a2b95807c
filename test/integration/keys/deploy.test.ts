import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ssmKeys } from '../../../functions/platform/keyring.ts'
import { originSecret } from '../../../infra/origin-secret.ts'
import { type LocalTables, startTables } from '../../support/local-cloud.ts'

let local: LocalTables
beforeAll(async () => {
  local = await startTables({ keys: true })
})
afterAll(() => local?.stop())

type Ended = { code: number; stdout: string; stderr: string }
async function program(name: 'deploy' | 'destroy', ...words: string[]): Promise<Ended> {
  const path = fileURLToPath(new URL(`../../../infra/${name}.ts`, import.meta.url))
  const env = {
    ...process.env,
    AWS_ENDPOINT_URL_SSM: local.endpoints.parameters,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  return promisify(execFile)(process.execPath, [path, ...words], { env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  )
}

test('deploy --dry-run says what it would do, without the secret', async () => {
  const { code, stdout, stderr } = await program('deploy', '--stage', 'local', '--dry-run')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/2\. All stacks.*\n {3}cdk deploy --all/)
  expect(stdout).toMatch(/4\. The pages.*\n {3}publish the site/)
  expect(stdout).toContain('Nothing was done')
  const path = local.env('subscriber-api').KEY_PATH ?? ''
  const secret = await originSecret(ssmKeys(local.ssm, path, () => new Date()))
  expect(stdout).not.toContain(secret)
})

test('deploy refuses a stage without keys', async () => {
  const { code, stdout, stderr } = await program('deploy', '--stage', 'nowhere', '--dry-run')
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toContain('npm run keys -- init --stage nowhere')
})

test('destroy refuses what is no trial, and a trial whose name is not given', async () => {
  expect((await program('destroy', '--stage', 'local', '--confirm', 'local')).stderr).toContain(
    'is no trial',
  )
  const trial = ['--stage', 'local', '-c', 'trial=true', '--dry-run', '--confirm']
  expect((await program('destroy', ...trial, 'other')).stderr).toContain('Nothing was destroyed')
  expect((await program('destroy', ...trial, 'local')).stdout).toContain(
    'cdk destroy --force -c trial=true -c stage=local --exclusively AssentData',
  )
})
