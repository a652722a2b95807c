import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Resource } from '../../../infra/local/assembly.ts'
import { readSchedules, startSchedules } from '../../../infra/local/schedules.ts'

const place = { stack: 'service', region: 'eu-north-1', logicalId: 'X' }
const arn = 'arn:aws:lambda:eu-north-1:000000000000:function:sweep'

const rule = (State: string): Resource => ({
  ...place,
  type: 'AWS::Events::Rule',
  name: `rule-${State}`,
  properties: { ScheduleExpression: 'rate(1 minute)', State, Targets: [{ Arn: arn }] },
})

const schedule: Resource = {
  ...place,
  type: 'AWS::Scheduler::Schedule',
  name: 'schedule',
  properties: {
    ScheduleExpression: 'rate(30 days)',
    Target: { Arn: `${arn}:live`, Input: '{"job":"months"}' },
  },
}

const onEvent: Resource = {
  ...place,
  type: 'AWS::Events::Rule',
  name: 'on-event',
  properties: { EventPattern: { source: ['aws.ses'] }, Targets: [{ Arn: arn }] },
}

const resources = [rule('ENABLED'), rule('DISABLED'), schedule, onEvent]

describe('schedules of the templates', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('invoke their function whenever they are due, until they are stopped', () => {
    const invoked: [string, unknown][] = []
    const running = startSchedules(readSchedules({ resources, assets: new Map() }), {
      invoke: async (name, event) => {
        invoked.push([name, event])
        return { kind: 'result', value: null }
      },
      send: async () => {},
    })
    vi.advanceTimersByTime(3 * 60_000 + 1000)
    expect(invoked.map(([name]) => name)).toEqual(['sweep', 'sweep', 'sweep'])
    expect(invoked[0]?.[1]).toMatchObject({ source: 'aws.events' })

    // Longer than a timer can wait at once.
    vi.advanceTimersByTime(31 * 24 * 60 * 60_000)
    expect(invoked.filter(([, event]) => JSON.stringify(event) === '{"job":"months"}')).toEqual([
      ['sweep', { job: 'months' }],
    ])

    running.stop()
    invoked.length = 0
    vi.advanceTimersByTime(5 * 60_000)
    expect(invoked).toEqual([])
  })

  it('put work on a queue, where that is what they start', () => {
    const sent: unknown[] = []
    const toQueue: Resource = {
      ...place,
      type: 'AWS::Events::Rule',
      name: 'nightly',
      properties: {
        ScheduleExpression: 'cron(15 1 * * ? *)',
        Targets: [{ Arn: 'arn:aws:sqs:eu-north-1:000000000000:sweeps', Input: '{"kind":"start"}' }],
      },
    }
    const running = startSchedules(readSchedules({ resources: [toQueue], assets: new Map() }), {
      invoke: () => Promise.reject(new Error('no function')),
      send: async (queue, event) => void sent.push([queue, event]),
    })
    vi.advanceTimersByTime(24 * 60 * 60_000)
    running.stop()
    expect(sent).toEqual([['sweeps', { kind: 'start' }]])
  })

  it('are refused where the local cloud could not start what they name', () => {
    const [enabled] = resources
    const other = {
      ...enabled,
      properties: {
        ...enabled?.properties,
        Targets: [{ Arn: 'arn:aws:sns:eu-north-1:000000000000:t' }],
      },
    }
    expect(() => readSchedules({ resources: [other as Resource], assets: new Map() })).toThrow(
      'sns',
    )
  })
})
