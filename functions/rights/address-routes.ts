import {
  addressChangedPage,
  addressNotChangedPage,
  addressPage,
} from '../../web/link-pages/address-page.ts'
import { findAddressChange } from '../contact/address-change.ts'
import { type HttpAnswer, type HttpEvent, html, type Route } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import { confirmToken } from '../platform/token-bodies.ts'
import { pageRoute, readerOf } from '../subscription/reader.ts'
import { changeAddress } from './change-address.ts'
import type { RightsDesk } from './rights-desk.ts'

/** The link that is mailed to a new address (RIGHT-09): a page with one button, and the press. */
export function addressRoutes(desk: RightsDesk): Route[] {
  const route = (
    method: Route['method'],
    handle: (desk: RightsDesk, event: HttpEvent) => Promise<HttpAnswer>,
  ): Route => ({
    method,
    path: '/s/{token}/address',
    handle: pageRoute({ policy: desk.store.policy, log: desk.log }, (event) => handle(desk, event)),
  })
  return [route('GET', show), route('POST', press)]
}

async function show(desk: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const { store, clock } = desk
  const { token, changeId } = await changeOf(desk, event)
  const found = await findAddressChange(store, changeId, clock())
  switch (found.kind) {
    case 'none':
      return html(410, addressNotChangedPage(readerOf(store.policy, event)))
    case 'used':
      return html(200, addressChangedPage(readerOf(store.policy, event)))
    case 'pending': {
      const reader = readerOf(store.policy, event, found.contact.language)
      return html(200, addressPage({ ...reader, token, address: found.change.email }))
    }
  }
}

async function press(desk: RightsDesk, event: HttpEvent): Promise<HttpAnswer> {
  const { store, letters, log, clock } = desk
  const { changeId } = await changeOf(desk, event)
  const reader = readerOf(store.policy, event)
  const { kind } = await changeAddress(store, changeId, { letters, now: clock() })
  log.info('address change pressed', { outcome: kind })
  return kind === 'not-possible'
    ? html(410, addressNotChangedPage(reader))
    : html(200, addressChangedPage(reader))
}

async function changeOf(
  { store, clock }: RightsDesk,
  { pathParameters }: HttpEvent,
): Promise<{ token: string; changeId: string }> {
  const token = pathParameters?.token ?? ''
  const claims = await confirmToken.open(store.keys, token, clock())
  if (claims === undefined) throw new Problem(404, 'not-found')
  return { token, changeId: claims.signUpId }
}
