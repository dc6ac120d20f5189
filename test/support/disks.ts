import { join } from 'node:path'
import { LmdbBackend } from '../../src/runtime/state/lmdb-backend'
import { MemoryBackend } from '../../src/runtime/state/memory-backend'
import type { StateBackend } from '../../src/runtime/state/state-backend'
import { createLogger } from '../../src/telemetry'
import { temporaryFolder } from './temporary-folder'

const logger = createLogger({ level: 'silent', format: 'json' })

/** Each kind of state backend, by a function that makes an empty one. Call at the top of a describe or file. */
export function disks(): [name: string, newDisk: () => StateBackend][] {
  const temporary = temporaryFolder()
  let made = 0
  return [
    ['memory', () => new MemoryBackend()],
    ['LMDB', () => new LmdbBackend(join(temporary.path, String((made += 1))), logger)],
  ]
}
