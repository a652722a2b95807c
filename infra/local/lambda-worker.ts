import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import type { LambdaFunction } from './functions.ts'
import { type Answer, answerSchema, type Invocation } from './lambda-messages.ts'
import { accountId } from './resource-values.ts'

export type Outcome =
  | { kind: 'result'; value: unknown }
  | { kind: 'error'; errorType: string; errorMessage: string }

export type LogSink = (functionName: string, line: string) => void

/** One process of one function. It handles one event at a time; `alive` is false once it ended. */
export type LambdaWorker = {
  readonly alive: boolean
  loaded: () => Promise<Outcome>
  invoke: (event: unknown) => Promise<Outcome>
  stop: () => Promise<void>
}

const runner = fileURLToPath(new URL('./lambda-runner.ts', import.meta.url))

/** Lambda gives a function ten seconds to load its code. */
const loadSeconds = 10

export function startWorker(
  fn: LambdaFunction,
  environment: Record<string, string>,
  log: LogSink,
): LambdaWorker {
  const child = fork(runner, [], {
    env: environment,
    cwd: dirname(fn.module),
    execArgv: [`--max-old-space-size=${Math.round(fn.memoryMegabytes * 0.9)}`],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Its own process group: Ctrl-C reaches the local cloud alone, which then stops everything in order.
    detached: true,
  })
  captureLines(child, (line) => log(fn.name, line))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let alive = true
  child.once('exit', () => {
    alive = false
  })
  const kill = () => {
    alive = false
    child.kill('SIGKILL')
  }
  const answerWithin = (seconds: number) => nextAnswer({ child, name: fn.name, seconds, kill })
  const load = answerWithin(loadSeconds)

  return {
    get alive() {
      return alive
    },
    loaded: async () => outcomeOf(await load),
    invoke: async (event) => {
      const answer = await load
      if (answer.kind === 'error') return answer
      const requestId = randomUUID()
      const answered = answerWithin(fn.timeoutSeconds)
      child.send(invocationOf(fn, requestId, event), () => {
        // A process that died on the way is reported by its exit, which `nextAnswer` awaits.
      })
      const outcome = outcomeOf(await answered)
      if (outcome.kind === 'error') log(fn.name, `${requestId} ${outcome.errorMessage}`)
      return outcome
    },
    stop: () => {
      if (alive) kill()
      return ended
    },
  }
}

function invocationOf(fn: LambdaFunction, requestId: string, event: unknown): Invocation {
  return {
    requestId,
    deadline: Date.now() + fn.timeoutSeconds * 1000,
    arn: `arn:aws:lambda:${fn.region}:${accountId}:function:${fn.name}`,
    event: JSON.stringify(event),
  }
}

type Wait = { child: ChildProcess; name: string; seconds: number; kill: () => void }

/** The next thing the process says; its end or its silence past the limit is an error answer. */
function nextAnswer({ child, name, seconds, kill }: Wait): Promise<Answer> {
  return new Promise((resolve) => {
    const settle = (answer: Answer) => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
      resolve(answer)
    }
    const onMessage = (message: unknown) => settle(v.parse(answerSchema, message))
    const onExit = (code: number | null) =>
      settle({
        kind: 'error',
        errorType: 'Runtime.ExitError',
        errorMessage: `${name} ended with ${code === null ? 'a signal' : `exit status ${code}`}`,
      })
    const timer = setTimeout(() => {
      settle({
        kind: 'error',
        errorType: 'Sandbox.Timedout',
        errorMessage: `Task timed out after ${seconds.toFixed(2)} seconds`,
      })
      kill()
    }, seconds * 1000)
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}

function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'ready':
      return { kind: 'result', value: null }
    case 'result':
      return { kind: 'result', value: JSON.parse(answer.payload) }
    case 'error':
      return answer
  }
}

function captureLines(child: ChildProcess, log: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) log(line)
    })
    stream?.on('end', () => {
      if (rest !== '') log(rest)
    })
  }
}
