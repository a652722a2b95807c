import { spawn } from 'node:child_process'
import { startDynamoDbLocal } from './dynamodb-local.ts'

/**
 * `npm run test:conformance`: the integration tests once more, on AWS's own emulator of DynamoDB or
 * on the one that `DYNAMODB_ENDPOINT` names. What follows goes to vitest.
 */
const elsewhere = process.env.DYNAMODB_ENDPOINT
try {
  const database =
    elsewhere === undefined ? await startDynamoDbLocal() : { endpoint: elsewhere, stop: () => {} }
  process.exitCode = await integrationTests(database.endpoint)
  await database.stop()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}

function integrationTests(endpoint: string): Promise<number> {
  const tests = spawn('vitest', ['run', '--project', 'integration', ...process.argv.slice(2)], {
    env: { ...process.env, DYNAMODB_ENDPOINT: endpoint },
    stdio: 'inherit',
  })
  // Ctrl-C reaches the tests too; they end first, and the database after them.
  process.on('SIGINT', () => {})
  return new Promise((resolve, reject) => {
    tests.once('error', reject)
    tests.once('close', (code) => resolve(code ?? 1))
  })
}
