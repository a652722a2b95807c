import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import { HarmAlarm } from './constructs/harm-alarm.ts'
import { WebAcl } from './constructs/web-acl.ts'
import type { Settings } from './settings.ts'

export type EdgeStackProps = StackProps & { settings: Settings }

/**
 * What CloudFront looks for in us-east-1 alone, and so the one stack outside the stage's region. It
 * holds rules and figures, and nothing of any person.
 */
export class EdgeStack extends Stack {
  readonly webAclArn: string

  constructor(scope: Construct, id: string, props: EdgeStackProps) {
    super(scope, id, props)
    const webAcl = new WebAcl(this, 'WebAcl', props.settings)
    this.webAclArn = webAcl.attrArn

    new AlarmTopic(this, 'Alarms', props.settings)
    new HarmAlarm(this, 'Flood', {
      harm: 'Somebody floods the forms or the API: strangers may get mails that they did not ask for, and people who share that network are turned away.',
      article: 'flood',
      metric: new Metric({
        namespace: 'AWS/WAFV2',
        metricName: 'BlockedRequests',
        dimensionsMap: { WebACL: webAcl.metricName, Rule: 'ALL' },
        statistic: 'Sum',
        period: Duration.minutes(5),
      }),
      threshold: 2000,
    })
  }
}
