import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export type Directories = {
  /** Gone when the local cloud stops: the assembly, the built site, and all data that is not kept. */
  temporary: string
  site: string
  logs: string
  /** Absent when nothing is kept: in memory the tables are filled in half the time. */
  database: string | undefined
  parameters: string
}

/** `kept` is the directory of `--data`; without it everything is temporary. */
export function makeDirectories(kept: string | undefined): Directories {
  const temporary = mkdtempSync(join(tmpdir(), 'assent-'))
  const data = kept === undefined ? temporary : resolve(kept)
  const logs = join(data, 'logs')
  mkdirSync(logs, { recursive: true })
  return {
    temporary,
    site: join(temporary, 'web'),
    logs,
    database: kept === undefined ? undefined : join(data, 'dynamodb.sqlite'),
    parameters: join(data, 'parameters.json'),
  }
}

export function removeTemporary({ temporary }: Directories): void {
  rmSync(temporary, { recursive: true, force: true })
}
