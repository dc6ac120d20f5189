import { FactsError } from '../../errors'
import type { PositionStore } from '../../client'
import { FilePosition, MemoryPosition, PostgresPosition } from '../../client'

/**
 * Stores the position of the named follower in PostgreSQL, in a file, or in memory. Throws CONFIG_INVALID, without
 * quoting the value, which may hold a password.
 */
export function positionAt(location: string | undefined, name: string): PositionStore {
  if (location === undefined) return new MemoryPosition()
  if (/^postgres(ql)?:\/\//i.test(location)) return new PostgresPosition({ url: location, name })
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]
  if (scheme === undefined) return new FilePosition(location)
  throw new FactsError(
    'CONFIG_INVALID',
    `A position is stored in a file or at postgres://..., not at ${scheme}://. Correct --position (FACTS_FOLLOW_POSITION).`,
  )
}
