import { spawn } from 'node:child_process'

export type Guard = {
  /** Also ends this process group, should we not be able to. Gives the way to take that back. */
  watch: (group: number) => () => void
  stop: () => void
}

const script = `
groups=
while read -r act group; do
  case $act in
    watch) groups="$groups $group " ;;
    forget) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -9 "-$group"; done
rm -rf "$1"
`

/**
 * Cleans up if this process is killed without a chance to do so itself: a shell reads from a pipe
 * that closes with us, then ends what it watches and removes the temporary directory.
 */
export function startGuard(directory: string): Guard {
  const shell = spawn('/bin/sh', ['-c', script, 'guard', directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.unref()
  return {
    watch: (group) => {
      shell.stdin.write(`watch ${group}\n`)
      return () => {
        shell.stdin.write(`forget ${group}\n`)
      }
    },
    stop: () => {
      shell.kill('SIGKILL')
    },
  }
}
