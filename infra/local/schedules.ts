import * as v from 'valibot'
import { type Assembly, type Resource, resourcesOfType } from './assembly.ts'
import type { Invoke } from './http-gateway.ts'
import { functionNameIn } from './resource-values.ts'
import { nextRun } from './schedule-times.ts'

const ruleSchema = v.object({
  ScheduleExpression: v.string(),
  State: v.optional(v.string(), 'ENABLED'),
  Targets: v.array(v.object({ Arn: v.string(), Input: v.optional(v.string()) })),
})

const scheduleSchema = v.object({
  ScheduleExpression: v.string(),
  State: v.optional(v.string(), 'ENABLED'),
  Target: v.object({ Arn: v.string(), Input: v.optional(v.string()) }),
})

/** Something that EventBridge starts by the clock: a function, or work on a queue. */
export type Schedule = {
  expression: string
  target: { kind: 'function' | 'queue'; name: string }
  event: unknown
}

export function readSchedules(assembly: Assembly): Schedule[] {
  const rules = resourcesOfType(assembly, 'AWS::Events::Rule')
    .filter(({ properties }) => properties.ScheduleExpression !== undefined)
    .flatMap((rule) => {
      const { Targets, ...timing } = v.parse(ruleSchema, rule.properties)
      return Targets.map((target) => ({ ...timing, target, rule }))
    })
  const schedules = resourcesOfType(assembly, 'AWS::Scheduler::Schedule').map((rule) => {
    const { Target, ...timing } = v.parse(scheduleSchema, rule.properties)
    return { ...timing, target: Target, rule }
  })
  return [...rules, ...schedules]
    .filter(({ State }) => State === 'ENABLED')
    .map(({ ScheduleExpression, target, rule }) => ({
      expression: ScheduleExpression,
      target: targetOf(target.Arn),
      event: target.Input === undefined ? scheduledEvent(rule) : JSON.parse(target.Input),
    }))
}

/** A target that nobody would start throws: a silently idle local stack is worse than none. */
function targetOf(arn: string): Schedule['target'] {
  if (arn.startsWith('arn:aws:sqs:')) return { kind: 'queue', name: arn.split(':').at(-1) ?? '' }
  if (arn.startsWith('arn:aws:lambda:')) return { kind: 'function', name: functionNameIn(arn) }
  throw new Error(`The local cloud cannot start ${arn} by the clock`)
}

/** How a schedule reaches what it starts. */
export type Starters = {
  invoke: Invoke
  /** Puts a message on the queue of this name. */
  send: (queueName: string, event: unknown) => Promise<void>
}

/** Starts each target when it is due, until stopped. */
export function startSchedules(
  schedules: readonly Schedule[],
  { invoke, send }: Starters,
): { stop: () => void } {
  const timers = new Map<Schedule, NodeJS.Timeout>()
  const waitFor = (schedule: Schedule, due: Date) => {
    const left = due.getTime() - Date.now()
    const timer = setTimeout(
      () => {
        if (left > longestTimer) return waitFor(schedule, due)
        const { target, event } = schedule
        void (target.kind === 'queue' ? send(target.name, event) : invoke(target.name, event))
        // From now, if that is later: a laptop that slept does not make up for what it missed.
        const last = new Date(Math.max(due.getTime(), Date.now()))
        waitFor(schedule, nextRun(schedule.expression, last))
      },
      Math.min(left, longestTimer),
    )
    timers.set(schedule, timer)
  }
  for (const schedule of schedules) waitFor(schedule, nextRun(schedule.expression, new Date()))
  return {
    stop: () => {
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}

// A timer holds at most 2^31 ms; a day is enough to look at the clock again.
const longestTimer = 24 * 60 * 60 * 1000

function scheduledEvent({ name, region }: Resource) {
  return {
    version: '0',
    source: 'aws.events',
    'detail-type': 'Scheduled Event',
    region,
    resources: [`arn:aws:events:${region}:000000000000:rule/${name}`],
    detail: {},
  }
}
