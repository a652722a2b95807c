import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
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

/**
 * Keeps a second start out of a directory whose database and keys the first one goes on writing. Linux
 * gives the name back when we end, however we end, so none is ever left behind; other systems have none.
 * @returns how to let go.
 * @throws when another start has the directory.
 */
export async function holdData(kept: string): Promise<() => void> {
  if (process.platform !== 'linux') return () => {}
  mkdirSync(kept, { recursive: true })
  const name = createHash('sha256').update(realpathSync(kept)).digest('hex')
  const holder = createServer().listen(`\0assent-${name}`)
  await once(holder, 'listening').catch((cause: unknown) => {
    throw new Error(`${kept} is in use: stop the npm start that keeps its data there`, { cause })
  })
  return () => {
    holder.close()
  }
}
