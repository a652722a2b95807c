import { readdirSync, readFileSync } from 'node:fs'

/** Ends one process of a function, in the middle of whatever it does; how many there were to choose from. */
export function killOne(random: () => number): number {
  const pids = functionProcesses()
  const pid = pids[Math.floor(random() * pids.length)]
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
  return pids.length
}

/** The local cloud forks each of them from this process. */
export function functionProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === process.pid && isFunction(pid))
}

function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

const isFunction = (pid: number): boolean => read(`/proc/${pid}/cmdline`).includes('lambda-runner')

/** Empty for a process that has ended since it was listed. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
