/** What came back, as a mailbox provider sees it: no redirect is followed and no cookie kept. */
export type Answer = { status: number; headers: Headers; body: string }

export type Probe = (
  path: string,
  over?: { method?: string; headers?: Record<string, string>; body?: string | FormData },
) => Promise<Answer>

const answerWithinMs = 10_000

/** @param base the origin of the installation. */
export function probing(base: URL): Probe {
  return async (path, { method = 'GET', headers = {}, body } = {}) => {
    const signal = AbortSignal.timeout(answerWithinMs)
    const sent = body === undefined ? {} : { body }
    const answer = await fetch(new URL(path, base), {
      method,
      headers,
      redirect: 'manual',
      signal,
      ...sent,
    })
    return { status: answer.status, headers: answer.headers, body: await answer.text() }
  }
}

/** Whatever an answer to a mail client must not be, beside another status than the one expected. */
export function amissIn({ status, headers }: Answer, expected: number): string[] {
  return [
    ...(status === expected ? [] : [`answered ${status}, not ${expected}`]),
    ...(headers.has('location') ? [`redirects to ${headers.get('location')}`] : []),
    ...(headers.has('set-cookie') ? ['sets a cookie'] : []),
  ]
}

/** Nobody between may keep or index what hangs on a token. */
export function keptIn({ headers }: Answer): string[] {
  return [
    ...(/no-store/.test(headers.get('cache-control') ?? '')
      ? []
      : ['Cache-Control lacks no-store']),
    ...(/noindex/.test(headers.get('x-robots-tag') ?? '') ? [] : ['X-Robots-Tag lacks noindex']),
  ]
}
