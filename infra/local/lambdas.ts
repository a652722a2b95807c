import type { FunctionLogs } from './function-logs.ts'
import type { LambdaFunction } from './functions.ts'
import type { Invoke } from './http-gateway.ts'
import { type Endpoints, lambdaEnvironment } from './lambda-environment.ts'
import { createPool, type LambdaPool } from './lambda-pool.ts'

export type Lambdas = {
  invoke: Invoke
  /** Starts one process of each function; throws for the first whose code does not load. */
  warm: () => Promise<void>
  stop: () => Promise<void>
}

export function createLambdas(
  functions: readonly LambdaFunction[],
  endpoints: Endpoints,
  logs: FunctionLogs,
): Lambdas {
  const pools = new Map<string, LambdaPool>()
  for (const fn of functions) {
    pools.set(fn.name, createPool(fn, lambdaEnvironment(fn, endpoints), logs.write))
  }
  return {
    invoke: (name, event) => {
      const pool = pools.get(name)
      if (!pool) throw new Error(`The assembly has no function ${name}`)
      return pool.invoke(event)
    },
    warm: async () => {
      await Promise.all([...pools].map(([name, pool]) => warm(name, pool)))
    },
    stop: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
    },
  }
}

async function warm(name: string, pool: LambdaPool): Promise<void> {
  const outcome = await pool.warm()
  if (outcome.kind === 'error') {
    throw new Error(`${name} does not load: ${outcome.errorMessage} (its log says why)`)
  }
}
