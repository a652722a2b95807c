import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'

/**
 * The sending domain and its two ways out (SEND-02).
 *
 * SES's own open and click tracking stays off everywhere: no event destination asks for it and the
 * engagement metrics that would add it are disabled (SEND-08).
 */
export class MailStack extends Stack {
  readonly identity: EmailIdentity
  readonly letters: ConfigurationSet
  readonly marketing: ConfigurationSet

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props)
    const { domain } = policy.mail

    this.identity = new EmailIdentity(this, 'Domain', {
      identity: Identity.domain(domain),
      // A bounce domain of our own aligns SPF with the From domain (SEND-01).
      mailFromDomain: `bounce.${domain}`,
    })

    // A complaint about marketing must not keep a person from the letters we owe them (UNSUB-18).
    this.letters = this.wayOut('Letters', SuppressionReasons.BOUNCES_ONLY)
    this.marketing = this.wayOut('Marketing', SuppressionReasons.BOUNCES_AND_COMPLAINTS)

    new CfnOutput(this, 'BounceDomain', {
      description: 'MX and SPF records that make the bounce domain ours, see README.md',
      value: `bounce.${domain}`,
    })
    for (const [index, record] of this.identity.dkimRecords.entries()) {
      new CfnOutput(this, `Dkim${index + 1}`, {
        description: 'CNAME that the owner of the domain adds to DNS before the first letter',
        value: `${record.name} ${record.value}`,
      })
    }
  }

  /** Sending letters from their own address, and nothing else. */
  maySendLetters(): PolicyStatement {
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [
        this.identity.emailIdentityArn,
        this.formatArn({
          service: 'ses',
          resource: 'configuration-set',
          resourceName: this.letters.configurationSetName,
        }),
      ],
      conditions: { StringEquals: { 'ses:FromAddress': policy.mail.lettersFrom } },
    })
  }

  private wayOut(id: string, suppressionReasons: SuppressionReasons): ConfigurationSet {
    return new ConfigurationSet(this, id, {
      suppressionReasons,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      vdmOptions: { engagementMetrics: false, optimizedSharedDelivery: false },
    })
  }
}
