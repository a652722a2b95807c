/** Who may call a route: `public` proves itself by a signed token of ours or needs no proof at all. */
export type Trust = 'public' | 'staff'

/** The routes of one function; the whole function sits on one side of the trust boundary. */
export type RouteGroup = {
  function: RoutedFunction
  trust: Trust
  /**
   * How fast it may be called: `account` leaves the limit to the account, so none is turned away; `hits`
   * have a share of their own, so that a mail that goes out to many takes nothing from those who choose.
   */
  rate: 'account' | 'stage' | 'hits'
  routes: readonly string[]
}

/** The functions that answer HTTP. */
export type RoutedFunction =
  | 'unsubscribe'
  | 'tracking'
  | 'subscriber-api'
  | 'staff-api'
  | 'campaign-api'
  | 'calls-api'

/**
 * Every route of the HTTP API in one place, grouped by trust.
 *
 * Staff routes need a token of the company's identity provider, which the gateway checks before any
 * code of ours runs. GET and HEAD change nothing anywhere (UNSUB-07).
 */
export const routeGroups: readonly RouteGroup[] = [
  {
    function: 'unsubscribe',
    trust: 'public',
    rate: 'account',
    routes: ['GET /u/{token}', 'HEAD /u/{token}', 'POST /u/{token}', 'POST /u/{token}/undo'],
  },
  {
    function: 'tracking',
    trust: 'public',
    rate: 'hits',
    routes: ['GET /o/{file}', 'HEAD /o/{file}', 'GET /c/{id}/{n}', 'HEAD /c/{id}/{n}'],
  },
  {
    function: 'subscriber-api',
    trust: 'public',
    rate: 'stage',
    routes: [
      'POST /api/subscriptions',
      'GET /s/{token}',
      'HEAD /s/{token}',
      'POST /s/{token}',
      'GET /s/{token}/address',
      'POST /s/{token}/address',
      'POST /api/links',
      'POST /api/sessions',
      'GET /api/preferences',
      'PATCH /api/preferences',
      'POST /api/requests',
      'GET /api/requests',
      'GET /api/requests/{id}',
      'POST /api/requests/{id}',
      'GET /d/{token}',
      'GET /api/receipts/{id}',
      'GET /api/receipt-keys',
      'GET /api/policy',
    ],
  },
  {
    function: 'staff-api',
    trust: 'staff',
    rate: 'stage',
    routes: [
      'GET /staff/exports',
      'POST /staff/exports',
      'GET /staff/exports/{id}',
      'GET /staff/exports/{id}/file',
      'GET /staff/exports/{id}/delta',
      'POST /staff/exports/{id}/acknowledgements',
      'GET /staff/imports',
      'POST /staff/imports',
      'GET /staff/imports/{id}',
      'GET /staff/imports/{id}/rows',
      'POST /staff/imports/{id}/start',
      'GET /staff/retention',
      'POST /staff/retention',
      'GET /staff/requests',
      'POST /staff/requests',
      'GET /staff/requests/{id}',
      'POST /staff/requests/{id}/steps',
      'GET /staff/record-of-processing',
    ],
  },
  {
    function: 'campaign-api',
    trust: 'staff',
    rate: 'stage',
    routes: [
      'GET /staff/campaigns',
      'POST /staff/campaigns',
      'GET /staff/campaigns/{id}',
      'PATCH /staff/campaigns/{id}',
      'POST /staff/campaigns/{id}/preview',
      'POST /staff/campaigns/{id}/duplicate',
      'POST /staff/campaigns/{id}/test-sends',
      'POST /staff/campaigns/{id}/schedule',
      'POST /staff/campaigns/{id}/unschedule',
      'POST /staff/campaigns/{id}/start',
      'POST /staff/campaigns/{id}/pause',
      'POST /staff/campaigns/{id}/resume',
      'POST /staff/campaigns/{id}/cancel',
      'GET /staff/campaigns/{id}/statistics',
      'POST /staff/campaigns/{id}/recounts',
    ],
  },
  {
    function: 'calls-api',
    trust: 'staff',
    rate: 'stage',
    routes: [
      'GET /staff/calls',
      'GET /staff/calls/unchecked',
      'POST /staff/calls/checks',
      'POST /staff/calls/{id}/do-not-contact',
    ],
  },
]

/** Paths that the CDN hands to the HTTP API; every other path is a static file. */
export const apiPaths = ['/u/*', '/s/*', '/api/*', '/staff/*', '/d/*', '/o/*', '/c/*'] as const
