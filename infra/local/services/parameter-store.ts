import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import * as v from 'valibot'

const storedSchema = v.record(
  v.string(),
  v.object({
    Type: v.picklist(['String', 'StringList', 'SecureString']),
    Value: v.string(),
    Version: v.number(),
    LastModifiedDate: v.number(),
  }),
)

export type StoredParameters = v.InferOutput<typeof storedSchema>

export type ParameterStore = { all: StoredParameters; save: () => void }

/** `file` keeps the parameters, readable by this user alone: without the keys no kept row opens. */
export function openParameterStore(file: string): ParameterStore {
  const all = readStored(file)
  const save = () => {
    const draft = `${file}.new`
    writeFileSync(draft, JSON.stringify(all), { mode: 0o600 })
    renameSync(draft, file)
  }
  return { all, save }
}

function readStored(file: string): StoredParameters {
  try {
    return v.parse(storedSchema, JSON.parse(readFileSync(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw new Error(`${file} does not hold parameters`, { cause: error })
  }
}
