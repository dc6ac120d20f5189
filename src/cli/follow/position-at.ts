import { FactsError } from '../../errors'
import type { PositionStore } from '../../client'
import { FilePosition, MemoryPosition, PostgresPosition } from '../../client'

/**
 * Stores the position of the named follower in PostgreSQL, in a file, or in memory. Throws CONFIG_INVALID, without
 * quoting the value, which may hold a password.
 */
export function positionAt(place: string | undefined, name: string): PositionStore {
  if (place === undefined) return new MemoryPosition()
  if (/^postgres(ql)?:\/\//i.test(place)) return new PostgresPosition({ url: place, name })
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(place)?.[1]
  if (scheme === undefined) return new FilePosition(place)
  throw new FactsError(
    'CONFIG_INVALID',
    `A position is stored in a file or at postgres://..., not at ${scheme}://. Correct --position (FACTS_FOLLOW_POSITION).`,
  )
}
