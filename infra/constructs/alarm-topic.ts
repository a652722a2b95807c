import { Aspects, type IAspect, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { CfnAlarm } from 'aws-cdk-lib/aws-cloudwatch'
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct, type IConstruct } from 'constructs'
import type { Settings } from '../settings.ts'

/**
 * Where the alarms of one region go, and from there to the address in the settings, if there is one.
 *
 * CloudWatch may not use the account's own `aws/sns` key, hence a key of its own.
 */
export class AlarmTopic extends Construct {
  readonly topic: Topic

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id)
    const key = new Key(this, 'Key', {
      description: 'Encrypts the alarms of the preference centre',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com')
    key.grantEncryptDecrypt(cloudWatch)
    this.topic = new Topic(this, 'Topic', {
      topicName: nameOf(settings),
      masterKey: key,
      enforceSSL: true,
    })
    this.topic.grantPublish(cloudWatch)
    if (settings.alarmEmail !== '') {
      this.topic.addSubscription(new EmailSubscription(settings.alarmEmail))
    }
  }
}

/**
 * Every alarm below `scope`, whoever added it, tells the topic of its own region. The topic is named and
 * not referred to, so that an alarm stands beside what it watches and no stack waits for another.
 */
export function tellAll(scope: IConstruct, settings: Settings): void {
  const telling: IAspect = {
    visit(node) {
      if (!(node instanceof CfnAlarm)) return
      const arn = Stack.of(node).formatArn({ service: 'sns', resource: nameOf(settings) })
      node.alarmActions = [arn]
      // The end is news as well: it lets whoever was woken go back to sleep.
      node.okActions = [arn]
    },
  }
  Aspects.of(scope).add(telling)
}

const nameOf = ({ stage }: Settings): string => `assent-${stage}-alarms`
