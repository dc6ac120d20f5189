import { readFileSync, readdirSync } from 'node:fs'

/** What a process and those it started have used. */
export interface ProcessUsage {
  /** Seconds of CPU, user and system, of all of them. */
  readonly cpuSeconds: number
  /** Largest resident memory that each process has had, bytes, by process number. */
  readonly peakBytes: ReadonlyMap<number, number>
}

/** USER_HZ: what Linux counts CPU time in, on every architecture that Node runs on. */
const TICKS = 100
/** Places in /proc/<pid>/stat, counted from the field after the command's closing parenthesis. */
const PARENT = 1
const USER = 11
const SYSTEM = 12

/** Reads /proc, so Linux only. Processes that have ended count no more. */
export function processUsage(root: number): ProcessUsage {
  const parents = new Map<number, number>()
  const cpu = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^[0-9]+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (fields === undefined) continue
    parents.set(Number(name), Number(fields[PARENT]))
    cpu.set(Number(name), (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS)
  }
  const family = [...cpu.keys()].filter((pid) => descends(pid, root, parents))
  const peaks = family.map((pid): [number, number] => [pid, peakOf(pid)])
  return {
    cpuSeconds: family.reduce((sum, pid) => sum + (cpu.get(pid) ?? 0), 0),
    peakBytes: new Map(peaks),
  }
}

function descends(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  let at: number | undefined = pid
  while (at !== undefined && at > 1) {
    if (at === root) return true
    at = parents.get(at)
  }
  return false
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** VmHWM. */
function peakOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+([0-9]+) kB/.exec(status)?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
