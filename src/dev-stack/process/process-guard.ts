import { spawn } from 'node:child_process'
import type { ProcessIdentity } from './process-identity'

/**
 * Ends the stack's processes when this process dies without stopping them (SIGKILL, a crash). A shell in its own session reads
 * the list of processes from a pipe, which the system closes when this process ends in any way.
 */
export interface ProcessGuard {
  readonly pid: number | undefined
  readonly watch: (process: ProcessIdentity, stopSignal: NodeJS.Signals) => void
  readonly forget: (process: ProcessIdentity) => void
  /** Ends the guard; it then ends what it still watches. */
  readonly close: () => void
}

/** Seconds between the polite signal and SIGKILL. */
const PATIENCE = 8

const SCRIPT = `
trap '' HUP INT TERM
list=
without() {
  kept=
  for entry in $list; do
    [ "\${entry%%:*}" = "$1" ] || kept="$kept $entry"
  done
  list=$kept
}
while read -r verb pid name; do
  case $verb in
    watch) list="$list $pid:$name" ;;
    forget) without "$pid" ;;
  esac
done
[ -z "$list" ] || rm -f -- "$1"
for entry in $list; do kill -s "\${entry#*:}" "\${entry%%:*}" 2>/dev/null; done
left=$((${PATIENCE} * 5))
while [ -n "$list" ] && [ $left -gt 0 ]; do
  for entry in $list; do kill -0 "\${entry%%:*}" 2>/dev/null || without "\${entry%%:*}"; done
  [ -z "$list" ] || sleep 0.2
  left=$((left - 1))
done
for entry in $list; do
  kill -s KILL -- "-\${entry%%:*}" 2>/dev/null || kill -s KILL "\${entry%%:*}" 2>/dev/null
done
`

/** @param endpoints file that says where the services are; removed first when the guard has to end them. */
export function startProcessGuard(endpoints: string): ProcessGuard {
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'facts-stack-guard', endpoints], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  })
  // Without a guard, the next start finds leftover services by their record.
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  const write = (line: string): void => {
    child.stdin.write(`${line}\n`)
  }
  return {
    pid: child.pid,
    watch: ({ pid }, stopSignal) => write(`watch ${pid} ${stopSignal.replace(/^SIG/, '')}`),
    forget: ({ pid }) => write(`forget ${pid}`),
    close: () => child.stdin.end(),
  }
}
