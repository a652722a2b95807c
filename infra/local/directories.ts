import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export type Directories = {
  /** Gone when the local cloud stops: the assembly, the built site, and all data that is not kept. */
  temporary: string
  site: string
  logs: string
  database: string
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
    database: join(data, 'dynamodb.sqlite'),
    parameters: join(data, 'parameters.json'),
  }
}

export function removeTemporary({ temporary }: Directories): void {
  rmSync(temporary, { recursive: true, force: true })
}
