import type { TokenPurpose } from '../../functions/platform/keyring.ts'
import type { StaffRole } from '../../functions/platform/staff.ts'

/**
 * Who gets in where (design §6, §7), one line a door. A door is a route with one way of using it: the
 * token goes into the path, into `Authorization`, or into the field `undo`. Every token that a line
 * does not name gets what stands under `others`; nobody who is refused changes or sees anything.
 */
type Flaw = 'revoked key' | 'other stage' | 'older generation' | 'expired'
export type TokenKind = 'none' | 'garbage' | TokenPurpose | `${TokenPurpose}, ${Flaw}`

export type Door = {
  route: string
  token: 'path' | 'bearer' | 'undo'
  /** What is posted; `{undo}` stands for an undo that holds, `{email}` for the person's address. */
  body?: string
  answers: Partial<Record<TokenKind, number>>
  others: number
}

const oneClick = 'List-Unsubscribe=One-Click'
const down = '{"choices":{"webinars":"withdrawn"}}'
const up = '{"choices":{"webinars":"given"}}'

export const doors: readonly Door[] = [
  // The link in a mail turns off, for ever; under a revoked key too, and then it shows nothing.
  door('GET /u/{token}', 'path', { unsubscribe: 200, 'unsubscribe, revoked key': 200 }, 404),
  door('HEAD /u/{token}', 'path', { unsubscribe: 200, 'unsubscribe, revoked key': 200 }, 404),
  door(
    'POST /u/{token}',
    'path',
    { unsubscribe: 200, 'unsubscribe, revoked key': 200 },
    404,
    oneClick,
  ),
  door(
    'POST /u/{token}/undo',
    'path',
    { unsubscribe: 200, 'unsubscribe, revoked key': 409 },
    404,
    'undo={undo}',
  ),
  door('POST /u/{token}/undo', 'undo', { undo: 200 }, 409),

  // A pixel is a pixel whatever is asked (TRACK-03), and no token of a person is the id of a hit (SEC-02).
  door('GET /o/{file}', 'path', {}, 200),
  door('HEAD /o/{file}', 'path', {}, 200),
  door('GET /c/{id}/{n}', 'path', {}, 404),
  door('HEAD /c/{id}/{n}', 'path', {}, 404),

  // Anybody may ask; what comes of it comes by mail.
  door('POST /api/subscriptions', 'bearer', {}, 202, '{"email":"{email}","topics":["events"]}'),
  door('GET /s/{token}', 'path', { confirm: 200 }, 404),
  door('HEAD /s/{token}', 'path', { confirm: 200 }, 404),
  door('POST /s/{token}', 'path', { confirm: 200 }, 404, 'topics=events'),
  // The link of a form is of the same purpose, but no wish for another address.
  door('GET /s/{token}/address', 'path', { confirm: 410 }, 404),
  door('POST /s/{token}/address', 'path', { confirm: 410 }, 404, 'language=nb'),
  door(
    'POST /api/links',
    'bearer',
    { unsubscribe: 202, 'unsubscribe, revoked key': 202, none: 400 },
    401,
    '{}',
  ),
  door('GET /api/policy', 'bearer', {}, 200),

  // Up, or a look at the data, needs the mailbox.
  door('POST /api/sessions', 'bearer', { manage: 200 }, 401),
  door('GET /api/preferences', 'bearer', { session: 200, unsubscribe: 200 }, 401),
  door('PATCH /api/preferences', 'bearer', { session: 200, unsubscribe: 200 }, 401, down),
  door('PATCH /api/preferences', 'bearer', { session: 200, unsubscribe: 403 }, 401, up),
  door('PATCH /api/preferences', 'undo', { undo: 200 }, 409),
  door('POST /api/requests', 'bearer', { session: 202 }, 401, '{"kind":"objection"}'),
  door('GET /api/requests', 'bearer', { session: 200 }, 401),
  // 404: there is no such request, or it is somebody else's.
  door('GET /api/requests/{id}', 'bearer', { session: 404 }, 401),
  door('POST /api/requests/{id}', 'bearer', { session: 404 }, 401, '{"kind":"access"}'),

  door('GET /api/receipts/{id}', 'bearer', { session: 404 }, 401),
  door('GET /api/receipt-keys', 'bearer', {}, 200),
  // 410: the token holds, but there is no such copy, whose generation it could be of.
  door('GET /d/{token}', 'path', { download: 410, 'download, older generation': 410 }, 401),

  // No token of a person opens anything of the staff's.
  door('GET /staff/campaigns', 'bearer', {}, 401),
  door('POST /staff/campaigns', 'bearer', {}, 401, '{}'),
  door('GET /staff/campaigns/{id}', 'bearer', {}, 401),
  door('PATCH /staff/campaigns/{id}', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/preview', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/duplicate', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/test-sends', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/schedule', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/unschedule', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/start', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/pause', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/resume', 'bearer', {}, 401, '{}'),
  door('POST /staff/campaigns/{id}/cancel', 'bearer', {}, 401, '{}'),
  door('GET /staff/campaigns/{id}/statistics', 'bearer', {}, 401),
  door('POST /staff/campaigns/{id}/recounts', 'bearer', {}, 401, '{}'),
  door('GET /staff/calls', 'bearer', {}, 401),
  door('GET /staff/calls/unchecked', 'bearer', {}, 401),
  door('POST /staff/calls/checks', 'bearer', {}, 401, '{}'),
  door('POST /staff/calls/{id}/do-not-contact', 'bearer', {}, 401, '{"stop":"calls"}'),
  door('POST /staff/exports', 'bearer', {}, 401, '{}'),
  door('GET /staff/exports/{id}', 'bearer', {}, 401),
  door('GET /staff/exports/{id}/file', 'bearer', {}, 401),
  door('GET /staff/exports', 'bearer', {}, 401),
  door('GET /staff/exports/{id}/delta', 'bearer', {}, 401),
  door('POST /staff/exports/{id}/acknowledgements', 'bearer', {}, 401, '{}'),
  door('POST /staff/imports', 'bearer', {}, 401, '{}'),
  door('GET /staff/imports', 'bearer', {}, 401),
  door('GET /staff/imports/{id}', 'bearer', {}, 401),
  door('GET /staff/imports/{id}/rows', 'bearer', {}, 401),
  door('POST /staff/imports/{id}/start', 'bearer', {}, 401, '{}'),
  door('GET /staff/retention', 'bearer', {}, 401),
  door('POST /staff/retention', 'bearer', {}, 401, '{}'),
  door('GET /staff/requests', 'bearer', {}, 401),
  door('POST /staff/requests', 'bearer', {}, 401, '{}'),
  door('GET /staff/requests/{id}', 'bearer', {}, 401),
  door('POST /staff/requests/{id}/steps', 'bearer', {}, 401, '{}'),
  door('GET /staff/record-of-processing', 'bearer', {}, 401),
]

export type StaffDoor = {
  route: string
  /** Who is let in; the other roles are told 403, and whoever is no staff 401. */
  roles: readonly StaffRole[]
  /** What the empty question, or the one about nothing, is answered once inside. */
  inside: number
}

export const staffDoors: readonly StaffDoor[] = [
  staff('GET /staff/campaigns', ['marketing', 'privacy', 'viewer'], 200),
  staff('POST /staff/campaigns', ['marketing'], 400),
  staff('GET /staff/campaigns/{id}', ['marketing', 'privacy', 'viewer'], 404),
  staff('PATCH /staff/campaigns/{id}', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/preview', ['marketing'], 400),
  staff('POST /staff/campaigns/{id}/duplicate', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/test-sends', ['marketing'], 400),
  staff('POST /staff/campaigns/{id}/schedule', ['marketing'], 400),
  staff('POST /staff/campaigns/{id}/unschedule', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/start', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/pause', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/resume', ['marketing'], 404),
  staff('POST /staff/campaigns/{id}/cancel', ['marketing'], 404),
  staff('GET /staff/campaigns/{id}/statistics', ['marketing', 'privacy', 'viewer'], 404),
  staff('POST /staff/campaigns/{id}/recounts', ['marketing'], 404),
  staff('GET /staff/calls', ['marketing'], 200),
  staff('GET /staff/calls/unchecked', ['marketing'], 200),
  staff('POST /staff/calls/checks', ['marketing'], 400),
  staff('POST /staff/calls/{id}/do-not-contact', ['marketing'], 400),
  staff('POST /staff/exports', ['marketing'], 400),
  staff('GET /staff/exports/{id}', ['marketing', 'privacy', 'viewer'], 404),
  staff('GET /staff/exports/{id}/file', ['marketing'], 404),
  staff('GET /staff/exports', ['marketing', 'privacy', 'viewer'], 200),
  staff('GET /staff/exports/{id}/delta', ['marketing', 'privacy'], 404),
  staff('POST /staff/exports/{id}/acknowledgements', ['marketing', 'privacy'], 400),
  staff('POST /staff/imports', ['marketing'], 400),
  staff('GET /staff/imports', ['marketing', 'privacy', 'viewer'], 200),
  staff('GET /staff/imports/{id}', ['marketing', 'privacy', 'viewer'], 404),
  staff('GET /staff/imports/{id}/rows', ['marketing', 'privacy'], 404),
  staff('POST /staff/imports/{id}/start', ['marketing'], 404),
  staff('GET /staff/retention', ['privacy', 'viewer'], 200),
  staff('POST /staff/retention', ['privacy'], 400),
  staff('GET /staff/requests', ['privacy'], 200),
  staff('POST /staff/requests', ['privacy'], 400),
  staff('GET /staff/requests/{id}', ['privacy'], 404),
  staff('POST /staff/requests/{id}/steps', ['privacy'], 400),
  staff('GET /staff/record-of-processing', ['privacy'], 200),
]

function door(
  route: string,
  token: Door['token'],
  answers: Door['answers'],
  ...[others, body]: [number, string?]
): Door {
  return { route, token, answers, others, ...(body === undefined ? {} : { body }) }
}

function staff(route: string, roles: readonly StaffRole[], inside: number): StaffDoor {
  return { route, roles, inside }
}
