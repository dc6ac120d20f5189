import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { StackSettings } from '../../config/config'
import { FactsError } from '../../errors'
import { failedFinding } from './finding'
import type { Finding } from './finding'
import { findJava } from './java'
import type { Java } from './java'

/** Free space that a start needs: artefacts unpacked in the cache, an empty stack's data in its home. */
const NEEDED_BYTES = 1_000_000_000

export interface MachineOptions {
  readonly settings: StackSettings
  readonly home: string
  readonly cache: string
  /** False when nothing that is started needs Java; default true. */
  readonly needsJava?: boolean
}

export interface Machine {
  readonly findings: readonly Finding[]
  readonly java: Java | undefined
}

/** Looks at what the embedded stack needs from this machine; throws nothing. */
export async function examineMachine(options: MachineOptions): Promise<Machine> {
  const findings: Finding[] = [platform(), node()]
  let java: Java | undefined
  if (options.needsJava !== false) {
    try {
      java = await findJava(options.settings)
      findings.push({ name: 'java', status: 'ok', detail: `${java.version} (${java.command})` })
    } catch (error) {
      findings.push(failedFinding('java', error))
    }
  }
  for (const folder of new Set([options.home, options.cache])) findings.push(await disk(folder))
  return { findings, java }
}

/** Throws FactsError PREREQUISITE_MISSING with everything that is missing, not only the first. */
export function requireMachine({ findings }: Machine): void {
  const missing = findings.filter(({ status }) => status === 'fail')
  if (missing.length === 0) return
  const lines = missing.map(({ detail, remedy }) => `${detail}. ${remedy ?? ''}`.trimEnd())
  throw new FactsError(
    'PREREQUISITE_MISSING',
    missing.length === 1
      ? String(lines[0])
      : `This machine lacks what the local stack needs:\n  ${lines.join('\n  ')}`,
  )
}

function platform(): Finding {
  const name = 'platform'
  const detail = `${process.platform} ${process.arch}`
  if (process.platform !== 'win32') return { name, status: 'ok', detail }
  return {
    name,
    status: 'fail',
    detail: 'The local stack does not run on Windows directly',
    remedy: 'Run it inside WSL 2, or use docker compose.',
  }
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const detail = process.versions.node
  if (major > 20 || (major === 20 && minor >= 19)) return { name: 'node', status: 'ok', detail }
  return {
    name: 'node',
    status: 'fail',
    detail: `Node ${detail} is too old, 20.19 or newer is needed`,
    remedy: 'Install a current Node (for example: nvm install 24).',
  }
}

async function disk(folder: string): Promise<Finding> {
  let existing = folder
  while (!existsSync(existing)) existing = dirname(existing)
  const { bavail, bsize } = await statfs(existing)
  const free = bavail * bsize
  const detail = `${(free / 1e9).toFixed(1)} GB free for ${folder}`
  if (free >= NEEDED_BYTES) return { name: 'disk', status: 'ok', detail }
  return {
    name: 'disk',
    status: 'fail',
    detail: `Only ${detail}, ${NEEDED_BYTES / 1e9} GB are needed`,
    remedy: 'Free disk space, or set FACTS_HOME and FACTS_CACHE to folders on another disk.',
  }
}
