import type { ContactStore } from '../../functions/contact/contacts.ts'
import type { Files } from '../../functions/platform/files.ts'
import type { Finding } from './invariants.ts'
import type { Reader, Stored } from './reader.ts'

/** What is audited. Without `files` the exports are judged by their items alone, without `journal` no entry. */
export type Installation = {
  store: ContactStore
  files: Files | undefined
  journal: Files | undefined
}
export type Audit = Installation & { reader: Reader; now: Date }
/** What is wrong with one item, by what stands in the tables right now. */
export type Inspect = (audit: Audit, item: Stored) => Promise<Finding[]>
