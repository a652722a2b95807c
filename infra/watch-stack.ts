import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { AlarmTopic } from './constructs/alarm-topic.ts'
import type { Settings } from './settings.ts'

export type WatchStackProps = StackProps & { settings: Settings }

/** Who is told when something hurts a person. */
export class WatchStack extends Stack {
  constructor(scope: Construct, id: string, props: WatchStackProps) {
    super(scope, id, props)
    new AlarmTopic(this, 'Alarms', props.settings)
  }
}
