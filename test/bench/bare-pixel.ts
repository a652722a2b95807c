/** The floor of a pixel: a handler that answers the same picture, and does nothing else. */
const body = 'R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=='

export async function handler(): Promise<object> {
  const headers = { 'content-type': 'image/gif', 'cache-control': 'no-store' }
  return { statusCode: 200, headers, body, isBase64Encoded: true }
}
