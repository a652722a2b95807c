import type { Duration } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { FunctionName } from '../access.ts'
import type { Settings } from '../settings.ts'
import { HarmAlarm, type HarmAlarmProps } from './harm-alarm.ts'
import { ownFigure } from './own-figure.ts'

export type HarmfulFigure = Pick<HarmAlarmProps, 'harm' | 'article'> & {
  /** The function that counts it. */
  by: FunctionName
  per: Duration
}

/** Rings as soon as a function has counted one of what should not be. */
export function figureAlarm(
  scope: Construct,
  id: string,
  { settings, figure, by, per, ...alarm }: HarmfulFigure & { settings: Settings; figure: string },
): HarmAlarm {
  const metric = ownFigure(settings, figure, per, { service: by })
  return new HarmAlarm(scope, id, { ...alarm, metric, threshold: 0 })
}
