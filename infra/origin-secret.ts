import { currentKey, type KeySource } from '../functions/platform/keyring.ts'

/** Parameter of the web stack, and so of its deployment, that holds what the CDN sends. */
export const originSecretParameter = 'OriginSecret'

/** The text by which the functions know the CDN: the current key of purpose `origin`. */
export async function originSecret(keys: KeySource): Promise<string> {
  const { bytes } = currentKey(await keys('origin'))
  return Buffer.from(bytes).toString('base64url')
}
