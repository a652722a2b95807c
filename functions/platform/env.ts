/** A setting that the deployment did not give; the function must not start half-configured. */
export class EnvError extends Error {
  override readonly name = 'EnvError'
}

/**
 * The named environment variables, all present and non-empty.
 * @throws {EnvError} naming every missing one.
 */
export function parseEnv<const Name extends string>(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly Name[],
): (name: Name) => string {
  const missing = names.filter((name) => !env[name])
  if (missing.length > 0) throw new EnvError(`missing in the environment: ${missing.join(', ')}`)
  return (name) => env[name] ?? ''
}

/**
 * Where an AWS service answers: the SDK's own variable for one that is elsewhere, else the region's
 * public address. For the calls that are signed without the service's client.
 */
export function serviceEndpoint(
  env: Readonly<Record<string, string | undefined>>,
  service: 'dynamodb' | 's3' | 'sesv2' | 'sqs' | 'ssm',
): URL {
  const region = parseEnv(env, ['AWS_REGION'])('AWS_REGION')
  const elsewhere = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`]
  const host = service === 'sesv2' ? 'email' : service
  return new URL(elsewhere ?? `https://${host}.${region}.amazonaws.com`)
}
