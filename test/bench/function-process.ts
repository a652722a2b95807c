import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Round, RoundResult } from './measured-process.ts'

/** A bundle in a process of its own, which tells what it spent on each round of events. */
export type FunctionProcess = {
  run: (round: Round) => Promise<RoundResult>
  stop: () => Promise<void>
}

export type FunctionProcessOptions = {
  /** The bundle's file. */
  module: string
  environment: Record<string, string>
  /** What Lambda gives the function; V8 gets nine tenths of it, as there. */
  memoryMegabytes: number
  /** Directory for a CPU profile. */
  profile?: string | undefined
}

const program = fileURLToPath(new URL('./measured-process.ts', import.meta.url))

export async function startFunctionProcess(
  options: FunctionProcessOptions,
): Promise<FunctionProcess> {
  const { module, environment, memoryMegabytes, profile } = options
  const child = fork(program, [], {
    env: { ...environment, LAMBDA_MODULE: module },
    execArgv: [
      `--max-old-space-size=${Math.round(memoryMegabytes * 0.9)}`,
      ...(profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]),
    ],
    // Log lines are written, as they are on Lambda, but nobody reads them.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await answerOf<string>(child)
  return {
    run: (round) => {
      child.send(round)
      return answerOf<RoundResult>(child)
    },
    stop: async () => {
      if (child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

function answerOf<Answer>(child: ChildProcess): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      child.off('message', onMessage)
      child.off('exit', onExit)
      act()
    }
    const onMessage = (message: unknown) => settle(() => resolve(message as Answer))
    const onExit = (code: number | null) =>
      settle(() => reject(new Error(`A measured function ended with ${code ?? 'a signal'}`)))
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}
