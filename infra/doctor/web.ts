import { connect } from 'node:tls'
import { type Finding, finding, look } from './finding.ts'
import { type Answer, amissIn, keptIn, type Probe, probing } from './probe.ts'

const oneClick = 'List-Unsubscribe=One-Click'
const urlencoded = 'application/x-www-form-urlencoded'
/** As a scanner of mail names itself: it must meet what a person meets. */
const scanner = { 'user-agent': 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))' }
/** No token of anybody's: nothing that is asked with it can change anything. */
const invalid = `/u/${'A'.repeat(80)}`

/** What an installation answers to mail clients, scanners and browsers, without a token of anybody's. */
export async function webFindings(base: URL): Promise<Finding[]> {
  const probe = probing(base)
  return [
    await tls(base),
    await front(probe, base),
    await unknownLinks(probe),
    await unknownPosts(probe),
    await pixel(probe),
    await privacyControl(probe),
  ]
}

const warnDays = 14

async function tls(base: URL): Promise<Finding> {
  const what = 'TLS of the installation'
  if (base.protocol !== 'https:') return look('SEC-06', what, 'plain http, as on a laptop alone')
  const socket = connect({
    host: base.hostname,
    port: Number(base.port || 443),
    servername: base.hostname,
  })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve)
      socket.once('error', reject)
      socket.setTimeout(10_000, () => reject(new Error('no answer')))
    })
    const days = (Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / 86_400_000
    return finding('SEC-06', what, [
      ...(/^TLSv1\.[23]$/.test(socket.getProtocol() ?? '') ? [] : ['speaks less than TLS 1.2']),
      ...(days > warnDays ? [] : [`the certificate ends in ${Math.floor(days)} days: renew it`]),
    ])
  } finally {
    socket.destroy()
  }
}

async function front(probe: Probe, base: URL): Promise<Finding> {
  const { status, headers } = await probe('/')
  const secure = base.protocol !== 'https:' || headers.has('strict-transport-security')
  return finding('SEC-06', 'the first page and its headers', [
    ...(status === 200 ? [] : [`answered ${status}, not 200`]),
    ...(headers.has('content-security-policy') ? [] : ['no Content-Security-Policy']),
    ...(secure ? [] : ['no Strict-Transport-Security']),
  ])
}

async function unknownLinks(probe: Probe): Promise<Finding> {
  const answers = [
    await probe(invalid),
    await probe(invalid, { method: 'HEAD' }),
    await probe(invalid, { headers: scanner }),
  ]
  const amiss = answers.flatMap((answer) => [...amissIn(answer, 404), ...keptIn(answer)])
  return finding('UNSUB-08', 'GET and HEAD of a link that is nobody’s', [...new Set(amiss)])
}

async function unknownPosts(probe: Probe): Promise<Finding> {
  const amiss = (await posts(probe, invalid)).flatMap(({ kind, answer }) =>
    amissIn(answer, 404).map((each) => `${kind}: ${each}`),
  )
  return finding('UNSUB-08', 'one-click POST of a link that is nobody’s', amiss)
}

/** In each kind of body that a mailbox provider may send (UNSUB-04, UNSUB-05). */
async function posts(probe: Probe, path: string) {
  const form = new FormData()
  form.set('List-Unsubscribe', 'One-Click')
  const kinds = {
    urlencoded: { headers: { 'content-type': urlencoded }, body: oneClick },
    multipart: { body: form },
    empty: {},
  }
  const answered: { kind: string; answer: Answer }[] = []
  for (const [kind, sent] of Object.entries(kinds)) {
    answered.push({ kind, answer: await probe(path, { method: 'POST', ...sent }) })
  }
  return answered
}

async function pixel(probe: Probe): Promise<Finding> {
  const answer = await probe('/o/doctor.gif')
  const isPicture = answer.headers.get('content-type') === 'image/gif'
  const kept = keptIn(answer).filter((each) => each.startsWith('Cache-Control'))
  return finding('TRACK-03', 'the pixel of nobody’s mail', [
    ...amissIn(answer, 200),
    ...(isPicture ? [] : ['is no GIF']),
    ...kept,
  ])
}

async function privacyControl(probe: Probe): Promise<Finding> {
  const { status, body } = await probe('/.well-known/gpc.json')
  const honoured = status === 200 && /"gpc"\s*:\s*true/.test(body)
  return finding('GPC-01', '/.well-known/gpc.json', honoured ? [] : ['does not say "gpc": true'])
}

/** What a real person's link answers; it is only looked at unless `press` says that it may turn off. */
export async function linkFindings(link: URL, press: boolean): Promise<Finding[]> {
  const probe = probing(link)
  const { pathname } = link
  const before = await choices(probe, pathname)
  const looks = [
    await probe(pathname),
    await probe(pathname, { method: 'HEAD' }),
    await probe(pathname, { headers: scanner }),
  ]
  await probe(pathname, { method: 'OPTIONS' })
  const after = await choices(probe, pathname)
  const amiss = looks.flatMap((answer) => [...amissIn(answer, 200), ...keptIn(answer)])
  const safe =
    before === undefined
      ? look('UNSUB-07', 'GET and HEAD of a real link change nothing', 'its choices cannot be read')
      : finding(
          'UNSUB-07',
          'GET and HEAD of a real link change nothing',
          before === after ? [] : ['a choice has changed'],
        )
  return [
    finding('UNSUB-07', 'GET and HEAD of a real link', [...new Set(amiss)]),
    safe,
    press ? await pressed(probe, pathname) : notPressed,
  ]
}

const notPressed = look(
  'UNSUB-04',
  'one-click POST of a real link',
  'not tried, since it unsubscribes: add --unsubscribe',
)

async function pressed(probe: Probe, path: string): Promise<Finding> {
  const amiss = (await posts(probe, path)).flatMap(({ kind, answer }) =>
    amissIn(answer, 200).map((each) => `${kind}: ${each}`),
  )
  return finding('UNSUB-04', 'one-click POST of a real link', amiss)
}

/** What the bearer of the link may read of the choices; undefined when nothing. */
async function choices(probe: Probe, path: string): Promise<string | undefined> {
  const token = path.split('/').at(-1) ?? ''
  const headers = { authorization: `Bearer ${token}` }
  const { status, body } = await probe('/api/preferences', { headers })
  return status === 200 ? body : undefined
}
