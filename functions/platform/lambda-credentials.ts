import { fromEnv } from '@aws-sdk/credential-provider-env'

/**
 * Stands in for the SDK's default credential chain in every bundle: Lambda hands a function its
 * role's credentials through the environment, so the code that would look for them in files,
 * browsers and metadata services is only weight at each cold start.
 */
export const defaultProvider = (): ReturnType<typeof fromEnv> => {
  const read = fromEnv()
  // They stay the same for as long as the process lives; the client would ask again at each call.
  let held: ReturnType<typeof read> | undefined
  return () => {
    held ??= read()
    return held
  }
}
