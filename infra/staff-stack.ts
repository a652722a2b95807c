import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib'
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StandardThreatProtectionMode,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito'
import type { Construct } from 'constructs'
import type { Settings } from './settings.ts'
import type { StaffTokens } from './staff-tokens.ts'

/** What a colleague may do; the functions know the same three (`functions/platform/staff.ts`). */
const roles = {
  marketing: 'Orders and fetches audiences',
  privacy: 'Answers people who use their rights',
  viewer: 'Looks, and changes nothing',
}

/**
 * The colleagues, where the company has no identity provider to name in the settings: nobody signs up by
 * themselves, everybody has a second factor, and a token lives for a quarter of an hour.
 */
export class StaffStack extends Stack {
  readonly tokens: StaffTokens

  constructor(scope: Construct, id: string, props: StackProps & { settings: Settings }) {
    super(scope, id, { ...props, terminationProtection: true })
    const { settings } = props
    const pool = new UserPool(this, 'Pool', {
      userPoolName: `assent-${settings.stage}-staff`,
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      signInCaseSensitive: false,
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 14,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        passwordHistorySize: 5,
        tempPasswordValidity: Duration.days(1),
      },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      // Refuses passwords that are known to have leaked, and sign-ins that look like somebody else's.
      featurePlan: FeaturePlan.PLUS,
      standardThreatProtectionMode: StandardThreatProtectionMode.FULL_FUNCTION,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    for (const [groupName, description] of Object.entries(roles)) {
      new CfnUserPoolGroup(this, groupName, {
        userPoolId: pool.userPoolId,
        groupName,
        description,
      })
    }
    const domain = pool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: `assent-${settings.stage}-${this.account}` },
    })
    const client = consoleOf(pool, settings)
    this.tokens = {
      issuer: pool.userPoolProviderUrl,
      // An access token of Cognito names its client in `client_id`, which API Gateway takes for `aud`.
      audience: client.userPoolClientId,
      rolesClaim: 'cognito:groups',
    }
    const outputs = {
      StaffPool: pool.userPoolId,
      StaffClient: client.userPoolClientId,
      StaffSignIn: domain.baseUrl(),
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}

/** The one public client: authorisation code with PKCE, which needs no secret (RFC 9700 §2.1.1). */
function consoleOf(pool: UserPool, { origin }: Settings): UserPoolClient {
  return pool.addClient('Console', {
    generateSecret: false,
    // Named, since what is left open here stands open: without this a password could be sent by code.
    authFlows: { userSrp: false },
    oAuth: {
      flows: { authorizationCodeGrant: true, implicitCodeGrant: false, clientCredentials: false },
      scopes: [OAuthScope.OPENID],
      callbackUrls: [`${origin}/console/`],
      logoutUrls: [`${origin}/console/`],
    },
    accessTokenValidity: Duration.minutes(15),
    idTokenValidity: Duration.minutes(15),
    refreshTokenValidity: Duration.hours(8),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  })
}
