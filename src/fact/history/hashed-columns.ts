import type { PlacedColumn } from '../../table/shape/table-shape'

/**
 * The column names of a hash (versions 1 and 2 of the stored form), when they are the declared ones without some that were
 * added at the end and up to two in between; undefined otherwise.
 */
export function namesOfHash(
  hash: number,
  columns: readonly PlacedColumn[],
): readonly string[] | undefined {
  for (const names of candidates(columns)) if (hashOf(names) === hash) return names
  return undefined
}

function* candidates(columns: readonly PlacedColumn[]): Iterable<readonly string[]> {
  const names = columns.map(({ name }) => name)
  yield names
  for (let length = names.length - 1; length > 0; length -= 1) yield names.slice(0, length)
  for (const one of names) yield names.filter((name) => name !== one)
  for (const one of names) {
    for (const other of names) yield names.filter((name) => name !== one && name !== other)
  }
}

/** FNV-1a of the names, 32 bits. */
function hashOf(names: readonly string[]): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(names.join('\n'))) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
