import { spawn } from 'node:child_process'

export type Guard = {
  /** Also ends this process, should we not be able to. */
  watch: (pid: number) => void
  stop: () => void
}

const script = `
pids=
while read -r pid; do pids="$pids $pid"; done
[ -n "$pids" ] && kill -9 $pids
rm -rf "$1"
`

/**
 * Cleans up if this process is killed without a chance to do so itself: a shell reads from a pipe
 * that closes with us, then ends the watched processes and removes the temporary directory.
 */
export function startGuard(directory: string): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'guard', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  return {
    watch: (pid) => {
      shell.stdin.write(`${pid}\n`)
    },
    stop: () => {
      shell.kill('SIGKILL')
    },
  }
}
