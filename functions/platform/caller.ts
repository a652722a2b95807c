import { parseEnv } from './env.ts'

/** In whose name, and where, an AWS service is called. */
export type Caller = {
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
}

/**
 * The function's role, as Lambda hands it over in the environment: the same for as long as the process lives.
 * @throws {EnvError} outside of Lambda.
 */
export function lambdaCaller(env: Readonly<Record<string, string | undefined>>): Caller {
  const read = parseEnv(env, ['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
  const sessionToken = env.AWS_SESSION_TOKEN
  return {
    region: read('AWS_REGION'),
    credentials: {
      accessKeyId: read('AWS_ACCESS_KEY_ID'),
      secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
      ...(sessionToken ? { sessionToken } : {}),
    },
  }
}
