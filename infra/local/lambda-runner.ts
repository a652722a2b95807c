import { createRequire } from 'node:module'
import type { Answer, Invocation } from './lambda-messages.ts'

/**
 * The program of a function's own process: loads the bundle once, then handles one event at a time.
 * It must stay free of packages, so that what it measures and imports is the function alone.
 */

type Handler = (event: unknown, context: Context) => unknown

type Context = {
  awsRequestId: string
  functionName: string
  functionVersion: string
  invokedFunctionArn: string
  memoryLimitInMB: string
  logGroupName: string
  logStreamName: string
  callbackWaitsForEmptyEventLoop: boolean
  getRemainingTimeInMillis: () => number
}

/** Lambda's own limit on what a function may answer. */
const largestResult = 6 * 1024 * 1024

const handler = loadHandler()
process.on('message', (invocation: Invocation) => void answer(invocation))
// The local cloud is gone: so is every reason to live on.
process.on('disconnect', () => process.exit(0))
tell({ kind: 'ready' })

async function answer(invocation: Invocation): Promise<void> {
  try {
    const result = await handler(JSON.parse(invocation.event), contextOf(invocation))
    tell(resultAnswer(result))
  } catch (error) {
    console.error('Invoke Error', error)
    tell(errorAnswer(error))
  }
}

function resultAnswer(result: unknown): Answer {
  const payload = JSON.stringify(result ?? null)
  if (Buffer.byteLength(payload) <= largestResult) return { kind: 'result', payload }
  return {
    kind: 'error',
    errorType: 'Function.ResponseSizeTooLarge',
    errorMessage: `Response payload size exceeded maximum allowed payload size (${largestResult} bytes).`,
  }
}

function errorAnswer(error: unknown): Answer {
  if (error instanceof Error) {
    return { kind: 'error', errorType: error.name, errorMessage: error.message }
  }
  return { kind: 'error', errorType: 'string', errorMessage: String(error) }
}

function contextOf({ requestId, deadline, arn }: Invocation): Context {
  return {
    awsRequestId: requestId,
    functionName: environment('AWS_LAMBDA_FUNCTION_NAME'),
    functionVersion: environment('AWS_LAMBDA_FUNCTION_VERSION'),
    invokedFunctionArn: arn,
    memoryLimitInMB: environment('AWS_LAMBDA_FUNCTION_MEMORY_SIZE'),
    logGroupName: environment('AWS_LAMBDA_LOG_GROUP_NAME'),
    logStreamName: environment('AWS_LAMBDA_LOG_STREAM_NAME'),
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  }
}

function loadHandler(): Handler {
  const module = environment('LAMBDA_MODULE')
  const exported: unknown = createRequire(module)(module)
  const name = environment('LAMBDA_EXPORT')
  if (typeof exported === 'object' && exported !== null && name in exported) {
    const found: unknown = Reflect.get(exported, name)
    if (typeof found === 'function') return (event, context) => found(event, context)
  }
  throw new Error(`${module} exports no function called ${name}`)
}

function environment(name: string): string {
  return process.env[name] ?? ''
}

function tell(message: Answer): void {
  process.send?.(message)
}
