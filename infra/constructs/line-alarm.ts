import type { Duration } from 'aws-cdk-lib'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import { figuresOf, type Settings } from '../settings.ts'
import { HarmAlarm, type HarmAlarmProps } from './harm-alarm.ts'
import { ownFigure } from './own-figure.ts'

export type AlarmingLine = Pick<HarmAlarmProps, 'harm' | 'article' | 'threshold'> & {
  settings: Settings
  /** What it is counted as. */
  figure: string
  log: ILogGroup
  /** The line that a function writes each time. */
  line: string
  per: Duration
}

/** Rings when a function has written one line more than so often: cheaper to start than one that counts itself. */
export function lineAlarm(
  scope: Construct,
  id: string,
  { settings, figure, log, line, per, ...alarm }: AlarmingLine,
): HarmAlarm {
  new MetricFilter(scope, figure, {
    logGroup: log,
    filterPattern: FilterPattern.stringValue('$.message', '=', line),
    metricNamespace: figuresOf(settings),
    metricName: figure,
  })
  return new HarmAlarm(scope, id, { ...alarm, metric: ownFigure(settings, figure, per) })
}
