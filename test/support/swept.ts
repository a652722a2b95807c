import type { LetterMessage } from '../../functions/letters/letter-message.ts'
import type { RequestMessage } from '../../functions/rights/request-message.ts'
import { type SweepDesk, sweep } from '../../functions/rights/sweep.ts'
import type { SweepMessage, SweepMode } from '../../functions/rights/sweep-message.ts'
import type { SweepRun } from '../../functions/rights/sweep-run.ts'

/** A run of the sweep as its queue drives it, and what it asked other queues for. */
export type Swept = {
  run: SweepRun | undefined
  requests: RequestMessage[]
  letters: LetterMessage[]
  /** Deliveries that ended in a fault and came again. */
  faults: number
}
export type Driven = Partial<Pick<SweepDesk, 'mostLapses' | 'pageItems' | 'walkMs'>> & {
  mode?: SweepMode
  now: Date
  /** After a fault, before the message is delivered again. */
  mended?: () => void
}

const silent = { info: () => {}, fault: () => {} }

/** Delivers every message until none is left; one that failed is delivered again. */
export async function swept(store: SweepDesk['store'], driven: Driven): Promise<Swept> {
  const { mode = 'for-real', now, mended = () => {}, ...over } = driven
  const result: Swept = { run: undefined, requests: [], letters: [], faults: 0 }
  const queue: SweepMessage[] = [{ kind: 'start', mode }]
  const desk: SweepDesk = {
    store,
    requests: async (message) => void result.requests.push(message),
    letters: async (message) => void result.letters.push(message),
    continues: async (message) => void queue.push(message),
    mostLapses: 1000,
    pageItems: 1000,
    walkMs: 60_000,
    ...over,
    finished: (run) => {
      result.run = run
    },
    log: silent,
    clock: () => now,
  }
  for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
    try {
      await sweep(desk, message)
    } catch (cause) {
      result.faults += 1
      if (result.faults > 50) throw new Error('the sweep never came to an end', { cause })
      mended()
      queue.push(message)
    }
  }
  return result
}
