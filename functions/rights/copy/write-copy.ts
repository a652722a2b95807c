import type { Policy } from '../../consent/policy.ts'
import type { OpenContact } from '../../contact/contact.ts'
import type { SignedFiles } from '../../platform/signed-files.ts'
import type { CopySection } from './copy-section.ts'
import { csvShape } from './csv-shape.ts'
import { fileLinks, htmlShape } from './html-shape.ts'
import { jsonShape } from './json-shape.ts'
import { partBytes, type RollingFile, rollingFile } from './rolling-file.ts'

export type CopyJob = {
  policy: Policy
  contact: OpenContact
  sections: readonly CopySection[]
  requestId: string
  now: Date
  files: SignedFiles
  folder: string
  /** Packed bytes of a part; smaller in tests. */
  limit?: number
}

/**
 * The page, the JSON and a table for each kind of thing, all in one pass over the rows, so that memory
 * does not grow with what is held (RIGHT-07).
 */
export async function writeCopy(job: CopyJob): Promise<void> {
  const { policy, contact, sections, now, files, folder, limit = partBytes } = job
  const { language, identity } = contact
  const place = { files, folder, limit }
  const json = rollingFile(place, jsonShape(aboutOf(job)))
  const tables: { id: CopySection['id']; names: string[] }[] = []
  let names: string[] = []
  const page = rollingFile(
    place,
    htmlShape({
      policy,
      language: policy.languages.includes(language) ? language : (policy.languages[0] ?? language),
      address: identity.email,
      at: now,
      files: () => fileLinks(language, names, tables),
    }),
  )
  for (const section of sections) {
    // Signed for programs: on the page they would be noise.
    const isForPrograms = section.id === 'receipts'
    const table = isForPrograms ? undefined : rollingFile(place, csvShape(section))
    await writeSection(section, [json, ...(table === undefined ? [] : [page, table])])
    if (table !== undefined) tables.push({ id: section.id, names: await table.finish() })
  }
  names = await json.finish()
  await page.finish()
}

async function writeSection(section: CopySection, outputs: readonly RollingFile[]): Promise<void> {
  for (const output of outputs) await output.begin(section)
  for await (const row of section.rows) {
    for (const output of outputs) await output.row(row)
  }
  for (const output of outputs) await output.end()
}

/** What GDPR art. 15(1) wants told besides the data themselves, as declared. */
function aboutOf({ policy, contact, requestId, now }: CopyJob): Record<string, unknown> {
  const {
    controller,
    authority,
    notice,
    topics,
    purposes,
    retention,
    recipients,
    rights,
    profile,
  } = policy
  return {
    format: 'assent-copy/1',
    requestId,
    preparedAt: now.toISOString(),
    language: contact.language,
    controller,
    notice,
    purposes: { ...topics, ...purposes },
    retentionDays: retention,
    recipients,
    portability: rights.portability,
    rights: ['access', 'rectification', 'erasure', 'restriction', 'portability', 'objection'],
    // How interests and score come about (GDPR art. 15(1)(h), TRACK-13).
    profile,
    complaint: authority,
  }
}
