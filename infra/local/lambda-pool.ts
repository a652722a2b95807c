import type { LambdaFunction } from './functions.ts'
import { type LambdaWorker, type LogSink, type Outcome, startWorker } from './lambda-worker.ts'

/** Invokes one function, in as many processes as there are events at once, up to a small limit. */
export type LambdaPool = {
  invoke: (event: unknown) => Promise<Outcome>
  /** Starts a first process and tells whether its code loads. */
  warm: () => Promise<Outcome>
  stop: () => Promise<void>
}

/** Two cores serve no more; further events wait, as they would for a throttled function. */
const mostWorkers = 4

/** What an event is told that comes, or still waits, when everything is being stopped. */
const stopped: Outcome = {
  kind: 'error',
  errorType: 'Runtime.Stopped',
  errorMessage: 'The local cloud is stopping',
}

export function createPool(
  fn: LambdaFunction,
  environment: Record<string, string>,
  log: LogSink,
): LambdaPool {
  const limit = Math.max(1, Math.min(fn.reservedConcurrency ?? mostWorkers, mostWorkers))
  const workers = new Set<LambdaWorker>()
  const idle: LambdaWorker[] = []
  const waiting: ((worker: LambdaWorker | undefined) => void)[] = []
  let stopping = false

  function acquire(): Promise<LambdaWorker | undefined> {
    if (stopping) return Promise.resolve(undefined)
    const free = idle.pop()
    if (free?.alive) return Promise.resolve(free)
    if (free) {
      workers.delete(free)
      return acquire()
    }
    if (workers.size < limit) return Promise.resolve(add())
    return new Promise((resolve) => waiting.push(resolve))
  }

  function add(): LambdaWorker {
    const worker = startWorker(fn, environment, log)
    workers.add(worker)
    return worker
  }

  function release(worker: LambdaWorker): void {
    if (!worker.alive) workers.delete(worker)
    const next = waiting.shift()
    if (stopping) next?.(undefined)
    else if (next) next(worker.alive ? worker : add())
    else if (worker.alive) idle.push(worker)
  }

  async function using(act: (worker: LambdaWorker) => Promise<Outcome>): Promise<Outcome> {
    const worker = await acquire()
    if (worker === undefined) return stopped
    try {
      return await act(worker)
    } finally {
      release(worker)
    }
  }

  return {
    invoke: (event) => using((worker) => worker.invoke(event)),
    warm: () => using((worker) => worker.loaded()),
    stop: async () => {
      stopping = true
      for (const next of waiting.splice(0)) next(undefined)
      await Promise.all([...workers].map((worker) => worker.stop()))
    },
  }
}
