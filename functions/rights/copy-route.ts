import { gunzipSync } from 'node:zlib'
import { copyGonePage } from '../../web/link-pages/copy-page.ts'
import { type ContactStore, readContact } from '../contact/contacts.ts'
import { copyEnd } from '../contact/copy-end.ts'
import { readRequest } from '../contact/request-record.ts'
import { type HttpAnswer, type HttpEvent, html, type Route } from '../platform/http.ts'
import type { Log } from '../platform/log.ts'
import type { SignedFiles } from '../platform/signed-files.ts'
import { downloadToken } from '../platform/token-bodies.ts'
import { pageRoute, readerOf } from '../subscription/reader.ts'
import { copyFolder } from './copy-files.ts'

export type CopyDeps = { store: ContactStore; files: SignedFiles; log: Log; clock: () => Date }

/**
 * One's own copy (RIGHT-08), behind the link of a letter: whoever fetches it, scanners included,
 * changes nothing (UNSUB-07). Answered by us rather than by a link to the bucket, so that it ends with
 * the person's generation, not with a signature.
 */
export function copyRoute(deps: CopyDeps): Route {
  const page = { policy: deps.store.policy, log: deps.log }
  return {
    method: 'GET',
    path: '/d/{token}',
    handle: pageRoute(page, (event) => show(deps, event)),
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
}

/** Names as the job makes them; nothing else is ever asked of the bucket. */
const fileName = /^[a-z]+(-[a-z]+)*(-\d{1,4})?\.(html|json|csv)$/

async function show(deps: CopyDeps, event: HttpEvent): Promise<HttpAnswer> {
  const { store, files, log } = deps
  const found = await folderOf(deps, event)
  const name = event.queryStringParameters?.file ?? 'copy.html'
  const extension = fileName.exec(name)?.[3]
  if (typeof found !== 'object' || extension === undefined) {
    const status = found === 'unauthorised' ? 401 : 410
    return html(status, copyGonePage(readerOf(store.policy, event)))
  }
  const { requestId, folder } = found
  const packed = await files.get(`${folder}${name}`)
  log.info('a copy was fetched', { requestId, kind: extension })
  return packed === undefined
    ? html(410, copyGonePage(readerOf(store.policy, event)))
    : answerOf(packed, { name, extension, event })
}

/** Under the token that names the request, while its person is there and of its generation. */
async function folderOf(
  { store: { tables, keys }, clock }: CopyDeps,
  event: HttpEvent,
): Promise<{ requestId: string; folder: string } | 'unauthorised' | 'gone'> {
  const now = clock()
  const claims = await downloadToken.open(keys, event.pathParameters?.token ?? '', now)
  if (claims === undefined) return 'unauthorised'
  const { requestId, generation } = claims
  const request = await readRequest(tables, requestId, now)
  const end = request && copyEnd(request)
  if (request?.contactId === undefined || end === undefined || end <= now) return 'gone'
  const contact = await readContact(tables, request.contactId)
  if (contact === undefined || contact.erasing) return 'gone'
  if (contact.generation !== generation) return 'unauthorised'
  return { requestId, folder: copyFolder(contact.contactId, requestId) }
}

/** Packed as it lies there, unless the client says that it cannot read that (RFC 9110 §12.5.3). */
function answerOf(
  packed: Uint8Array,
  { name, extension, event }: { name: string; extension: string; event: HttpEvent },
): HttpAnswer {
  const accepted = event.headers['accept-encoding']
  const unpacks = accepted === undefined || /\bgzip\b|\*/.test(accepted)
  return {
    statusCode: 200,
    headers: {
      'content-type': contentTypes[extension] ?? 'application/octet-stream',
      ...(unpacks ? { 'content-encoding': 'gzip' } : {}),
      ...(extension === 'html' ? {} : { 'content-disposition': `attachment; filename="${name}"` }),
    },
    isBase64Encoded: true,
    body: Buffer.from(unpacks ? packed : gunzipSync(packed)).toString('base64'),
  }
}
