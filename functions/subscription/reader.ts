import * as v from 'valibot'
import { linkInvalidPage, tryAgainPage } from '../../web/link-pages/notice-page.ts'
import type { Reader } from '../../web/shared/page.ts'
import type { Policy } from '../consent/policy.ts'
import { type HttpAnswer, type HttpEvent, html } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import { Problem } from '../platform/problem.ts'
import { languageFor } from './language.ts'

const shortText = v.fallback(v.optional(v.pipe(v.string(), v.maxLength(10))), undefined)
/** Our pages post `language`; the sign-up form, whose language becomes the person's own, `locale`. */
const chosenSchema = v.object({ language: shortText, locale: shortText })

/** Who reads the answer: what they chose on the page, what we know, what their browser asks for. */
export function readerOf(policy: Policy, event: HttpEvent, known?: string): Reader {
  const posted = v.safeParse(chosenSchema, event.body)
  const { language, locale } = posted.success ? posted.output : {}
  const chosen = event.queryStringParameters?.lang ?? language ?? locale
  const accepted = event.headers['accept-language']
  return { policy, language: languageFor(policy, { chosen, known, accepted }) }
}

export const isForm = ({ headers }: HttpEvent): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '')

/** A route that answers forms with pages and programs with JSON, its faults included (UX-05). */
export function formRoute(
  deps: { policy: Policy; log: Log },
  handle: (event: HttpEvent) => Promise<HttpAnswer>,
): (event: HttpEvent) => Promise<HttpAnswer> {
  const asPage = pageRoute(deps, handle)
  return (event) => (isForm(event) ? asPage(event) : handle(event))
}

/**
 * A route that people see: its faults become a page that claims nothing (UNSUB-10), in the reader's
 * language, with the status that makes a mailbox provider try again.
 */
export function pageRoute(
  { policy, log }: { policy: Policy; log: Log },
  handle: (event: HttpEvent) => Promise<HttpAnswer>,
): (event: HttpEvent) => Promise<HttpAnswer> {
  return async (event) => {
    try {
      return await handle(event)
    } catch (fault) {
      const reader = readerOf(policy, event)
      if (fault instanceof Problem && fault.status < 500) {
        return html(fault.status, linkInvalidPage(reader))
      }
      log.fault('a page could not be answered', fault)
      return tryAgain(reader)
    }
  }
}

/** Nothing was done, and the same may be asked again in a moment. */
export function tryAgain(reader: Reader): HttpAnswer {
  const answer = html(503, tryAgainPage(reader))
  return { ...answer, headers: { ...answer.headers, 'retry-after': '30' } }
}
