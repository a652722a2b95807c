import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { policy } from '../policy.ts'

/** All that becomes of a mail, but who opened it or clicked in it: SES is never asked that (SEND-08). */
const told = [
  EmailSendingEvent.SEND,
  EmailSendingEvent.DELIVERY,
  EmailSendingEvent.DELIVERY_DELAY,
  EmailSendingEvent.BOUNCE,
  EmailSendingEvent.COMPLAINT,
  EmailSendingEvent.REJECT,
  EmailSendingEvent.RENDERING_FAILURE,
  EmailSendingEvent.SUBSCRIPTION,
]

/**
 * The sending domain, its two ways out (SEND-02), and the topic where SES tells what became of each mail.
 *
 * SES's own open and click tracking stays off everywhere: no event destination asks for it and the
 * engagement metrics that would add it are disabled (SEND-08).
 */
export class MailStack extends Stack {
  readonly identity: EmailIdentity
  readonly letters: ConfigurationSet
  readonly marketing: ConfigurationSet
  readonly events: Topic

  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props)
    const { domain } = policy.mail

    this.identity = new EmailIdentity(this, 'Domain', {
      identity: Identity.domain(domain),
      // A bounce domain of our own aligns SPF with the From domain (SEND-01).
      mailFromDomain: `bounce.${domain}`,
    })

    this.events = this.topic()
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

  /** Sending campaigns from the marketing address, many mails at once, and nothing else. */
  maySendCampaigns(): PolicyStatement {
    return new PolicyStatement({
      actions: ['ses:SendBulkEmail'],
      resources: [
        this.identity.emailIdentityArn,
        this.formatArn({
          service: 'ses',
          resource: 'configuration-set',
          resourceName: this.marketing.configurationSetName,
        }),
      ],
      conditions: { StringEquals: { 'ses:FromAddress': policy.mail.marketingFrom } },
    })
  }

  /** Sending one mail from the marketing address to colleagues, and to nobody else. */
  mayTryOnColleagues(domain: string): PolicyStatement {
    const statement = this.maySendCampaigns()
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: statement.resources,
      conditions: {
        StringEquals: { 'ses:FromAddress': policy.mail.marketingFrom },
        'ForAllValues:StringLike': { 'ses:Recipients': [`*@${domain}`] },
      },
    })
  }

  /** Reading whether the domain is set up to send (SEND-01). */
  mayReadDomain(): PolicyStatement {
    return new PolicyStatement({
      actions: ['ses:GetEmailIdentity'],
      resources: [this.identity.emailIdentityArn],
    })
  }

  /** Reading how much may be sent; SES knows no narrower resource than the account. */
  mayReadQuota(): PolicyStatement {
    return new PolicyStatement({ actions: ['ses:GetAccount'], resources: ['*'] })
  }

  private wayOut(id: string, suppressionReasons: SuppressionReasons): ConfigurationSet {
    const way = new ConfigurationSet(this, id, {
      suppressionReasons,
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      vdmOptions: { engagementMetrics: false, optimizedSharedDelivery: false },
    })
    // This also lets SES publish to the topic, for this way out of this account alone (SEND-05).
    way.addEventDestination('Events', {
      destination: EventDestination.snsTopic(this.events),
      events: told,
    })
    return way
  }

  /** Events hold addresses and all headers of a mail, our tokens among them, so they are encrypted. */
  private topic(): Topic {
    const key = new Key(this, 'EventsKey', {
      description: 'Encrypts what SES tells of our mails, on its way',
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    // SNS's own key cannot be used by another service.
    const ses = new ServicePrincipal('ses.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
    })
    key.grant(ses, 'kms:Decrypt', 'kms:GenerateDataKey')
    return new Topic(this, 'Events', { masterKey: key, enforceSSL: true })
  }
}
