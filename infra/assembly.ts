import { App, type StackProps, Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks } from 'cdk-nag'
import cdk from '../cdk.json' with { type: 'json' }
import { policy } from '../policy.ts'
import { tellAll } from './constructs/alarm-topic.ts'
import { destroyable } from './constructs/trial.ts'
import { DataStack } from './data-stack.ts'
import { EdgeStack } from './edge-stack.ts'
import { assertKnownZone } from './known-zone.ts'
import { MailStack } from './mail-stack.ts'
import { ServiceStack } from './service-stack.ts'
import { isLocalOrigin, readSettings, type Settings } from './settings.ts'
import { StaffStack } from './staff-stack.ts'
import type { StaffTokens } from './staff-tokens.ts'
import { WatchStack } from './watch-stack.ts'
import { WebStack } from './web-stack.ts'

export type AssemblyOptions = {
  /** Directory of the bundled functions. */
  bundles: string
  /** Stage settings that win over the example's; the CDK command line wins over both. */
  context?: Record<string, string>
  /** Where the templates go; the CDK's own default when absent. */
  outdir?: string
}

/**
 * The whole product as stacks: what must last, what sends mail, what works, what stands before it at
 * the edge, what people see, who is woken.
 *
 * Needs no account, look-up or network. The feature flags of cdk.json apply however it is started.
 */
export function assembly({ bundles, context, outdir }: AssemblyOptions): App {
  assertKnownZone(policy.calls.zone)
  const app = new App({
    context: { ...cdk.context, ...context },
    analyticsReporting: false,
    ...(outdir === undefined ? {} : { outdir }),
  })
  const settings = readSettings(app.node)
  const stack = (part: string) => ({
    stackName: `assent-${settings.stage}-${part}`,
    env: { region: settings.region },
  })

  const data = new DataStack(app, 'AssentData', { ...stack('data'), settings })
  const mail = new MailStack(app, 'AssentMail', stack('mail'))
  const service = new ServiceStack(app, 'AssentService', {
    ...stack('service'),
    settings,
    bundles,
    data,
    mail,
    staff: staffTokens(app, settings, stack('staff')),
  })
  // The laptop has no CloudFront to put a web ACL before, as it has no certificate.
  const edge = isLocalOrigin(settings)
    ? undefined
    : new EdgeStack(app, 'AssentEdge', {
        ...stack('edge'),
        env: { region: 'us-east-1' },
        settings,
      })
  new WebStack(app, 'AssentWeb', {
    ...stack('web'),
    settings,
    apiDomainName: service.front.domainName,
    ...(edge && { webAclArn: edge.webAclArn }),
  })
  new WatchStack(app, 'AssentWatch', { ...stack('watch'), settings, data, service })
  tellAll(app, settings)
  if (settings.trial) destroyable(app)

  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return app
}

/** Whose tokens staff show: the company's own provider's, or else a user pool's. */
function staffTokens(app: App, settings: Settings, props: StackProps): StaffTokens {
  const { issuer, audience, rolesClaim } = settings
  if (issuer !== '') return { issuer, audience, rolesClaim }
  return new StaffStack(app, 'AssentStaff', { ...props, settings }).tokens
}
