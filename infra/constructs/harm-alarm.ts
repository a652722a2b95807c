import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

export type HarmAlarmProps = {
  /** One sentence for whoever is woken: who is hurt, and how, while this lasts. */
  harm: string
  /** The article `## <article>` of RUNBOOK.md; alarms that one cause rings share one. */
  article: string
  metric: IMetric
  /** It rings above this, or below it where `rings` says so. */
  threshold: number
  rings?: 'above' | 'below'
  /** Periods of the metric that it must last; 1 unless given. */
  periods?: number
  /** Rings as well when nothing is heard: for what has to happen whether anybody is there or not. */
  silenceHarms?: boolean
}

/**
 * An alarm that says who is hurt and where help is written. A metric without data rings nothing, unless
 * `silenceHarms`: what nobody uses hurts nobody.
 *
 * Whom it tells is one place for all of them (`alarm-topic.ts`); a test holds that each article of the
 * runbook has its alarm and each alarm its article.
 */
export class HarmAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: HarmAlarmProps) {
    const { harm, article, metric, threshold, rings = 'above', periods = 1 } = props
    const silence = props.silenceHarms ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING
    super(scope, id, {
      metric,
      threshold,
      comparisonOperator:
        rings === 'above'
          ? ComparisonOperator.GREATER_THAN_THRESHOLD
          : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: silence,
      alarmDescription: `${harm} RUNBOOK.md#${article}`,
    })
  }
}
