import type { PositionStore } from '../../follow'
import { FilePosition, MemoryPosition, PostgresPosition } from '../../follow'

/** Keeps the position of the named follower in PostgreSQL, in a file, or as long as the process lives. */
export function positionAt(place: string | undefined, name: string): PositionStore {
  if (place === undefined) return new MemoryPosition()
  return /^postgres(ql)?:\/\//.test(place)
    ? new PostgresPosition({ url: place, name })
    : new FilePosition(place)
}
