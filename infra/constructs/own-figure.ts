import type { Duration } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { figuresOf, type Settings } from '../settings.ts'

/** How often something was counted in one period, of what a stage counts itself. */
export function ownFigure(
  settings: Settings,
  metricName: string,
  period: Duration,
  dimensionsMap: Record<string, string> = {},
): Metric {
  return new Metric({
    namespace: figuresOf(settings),
    metricName,
    dimensionsMap,
    statistic: 'Sum',
    period,
  })
}
