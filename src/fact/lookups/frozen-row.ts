type Row = Readonly<Record<string, unknown>>

/**
 * The row, frozen, because every fact that refers to it shares it. Bytes, which cannot be frozen, are copied on each
 * access.
 */
export function frozenRow(row: Row): Row {
  for (const name of Object.keys(row)) {
    const value = row[name]
    if (typeof value !== 'object' || value === null) continue
    if (Buffer.isBuffer(value)) {
      Object.defineProperty(row, name, { enumerable: true, get: () => Buffer.from(value) })
    } else freeze(value)
  }
  return Object.freeze(row)
}

function freeze(value: object): void {
  for (const inner of Object.values(value) as unknown[]) {
    if (typeof inner === 'object' && inner !== null && !Object.isFrozen(inner)) freeze(inner)
  }
  if (!ArrayBuffer.isView(value)) Object.freeze(value)
}
