import type { OpenContact } from '../../functions/contact/contact.ts'
import { type Act, measuredActs } from './acts.ts'
import type { BenchCloud } from './bench-cloud.ts'
import { type AwsCall, countByAction, isKeyLoad } from './counting-proxy.ts'
import { type FunctionProcess, startFunctionProcess } from './function-process.ts'
import type { RoundResult } from './measured-process.ts'
import { type Compared, compare } from './statistics.ts'

export type OwnCpuOptions = {
  warmUp: number
  rounds: number
  /** Calls in each round. */
  calls: number
  floorModule: string
  profile?: string | undefined
}

export type ActCost = {
  act: Act
  /** Microseconds of user and system time a call. */
  cpu: Compared
  /** AWS calls for one act, by action; those for keys apart. */
  calls: Record<string, number>
  keyLoads: number
}

export const peopleNeeded = ({ warmUp, rounds, calls }: OwnCpuOptions): number =>
  warmUp + rounds * calls

/**
 * What a function spends on each act, against a handler that does no more than make the same AWS
 * calls: both in turn, round by round, the floor repeating what the function has just sent.
 */
export async function measureActs(
  cloud: BenchCloud,
  people: readonly OpenContact[],
  options: OwnCpuOptions,
): Promise<ActCost[]> {
  const costs: ActCost[] = []
  for (const act of measuredActs(cloud)) {
    costs.push(await measureAct(cloud, act, await act.events(people), options))
  }
  return costs
}

export async function measureAct(
  cloud: BenchCloud,
  act: Act,
  events: readonly string[],
  options: OwnCpuOptions,
): Promise<ActCost> {
  const { warmUp, rounds, calls, floorModule, profile } = options
  const fn = cloud.fn(act.functionName)
  const start = (module: string, as: 'counted' | 'floor') =>
    startFunctionProcess({
      module,
      environment: cloud.environment(act.functionName, as),
      memoryMegabytes: fn.memoryMegabytes,
      profile: profile && `${profile}/${act.functionName}-${as}`,
    })
  const subject = await start(fn.module, 'counted')
  const floor = await start(floorModule, 'floor')
  try {
    cloud.takeCalls()
    const pair = async (batch: readonly string[]) => {
      const done = await subject.run({ events: [...batch] })
      assertAnswers(act, done)
      const sent = cloud.takeCalls()
      const repeated = await repeat(floor, batch, sent)
      assertRepeated(sent, cloud.takeCalls())
      return { done, repeated, sent }
    }
    const cold = await pair(events.slice(0, 1))
    await pair(events.slice(1, warmUp))
    const measured: { subject: number; floor: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const first = warmUp + round * calls
      const { done, repeated } = await pair(events.slice(first, first + calls))
      measured.push({
        subject: done.cpuMicroseconds / calls,
        floor: repeated.cpuMicroseconds / calls,
      })
    }
    return {
      act,
      cpu: compare(measured),
      calls: countByAction(cold.sent.filter(isOwn)),
      keyLoads: cold.sent.length - cold.sent.filter(isOwn).length,
    }
  } finally {
    await subject.stop()
    await floor.stop()
  }
}

const isOwn = (call: AwsCall) => !isKeyLoad(call)

function assertAnswers({ name, status }: Act, { results }: RoundResult): void {
  for (const result of results) {
    const { statusCode, body } = JSON.parse(result) as { statusCode: number; body: string }
    if (statusCode !== status) throw new Error(`${name} answered ${statusCode}: ${body}`)
  }
}

/** Has the floor send what the function sent, event by event. */
function repeat(
  floor: FunctionProcess,
  events: readonly string[],
  sent: readonly AwsCall[],
): Promise<RoundResult> {
  const own = sent.filter(isOwn)
  const each = own.length / events.length
  if (!Number.isInteger(each)) throw new Error(`${events.length} acts made ${own.length} calls`)
  const prepared = events.map((_, index) =>
    JSON.stringify(own.slice(index * each, (index + 1) * each).map(inputOf)),
  )
  return floor.run({ events: [...events], prepared })
}

function inputOf({ action, body }: AwsCall): { action: string; input: unknown } {
  // The client makes a token of its own for each transaction, as it did for the function.
  const { ClientRequestToken: _, ...input } = JSON.parse(body) as Record<string, unknown>
  return { action, input }
}

/** The floor did the same work: as many calls with, byte for byte, as much in them. */
function assertRepeated(sent: readonly AwsCall[], repeated: readonly AwsCall[]): void {
  const own = sent.filter(isOwn)
  const bytes = (calls: readonly AwsCall[]) => calls.reduce((sum, { body }) => sum + body.length, 0)
  if (own.length !== repeated.length || bytes(own) !== bytes(repeated)) {
    throw new Error('The floor did not repeat what the function sent')
  }
}
