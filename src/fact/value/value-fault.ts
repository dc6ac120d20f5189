import { FactsError } from '../../errors'

/** MAP_FAILED for a value that a field cannot hold. It keeps the value, by which the column is found that it is of. */
export class ValueFault extends FactsError {
  constructor(
    message: string,
    readonly value: unknown,
  ) {
    super('MAP_FAILED', message)
  }
}

type Values = Readonly<Record<string, unknown>>

/** The column that has the value, among what `map` got: `tags`, or of a joined row `customer.tags`. */
export function columnOf({ row, key, ...joined }: Values, value: unknown): string | undefined {
  return pathTo(value, row) ?? pathTo(value, key) ?? pathTo(value, joined)
}

function pathTo(value: unknown, values: unknown): string | undefined {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return undefined
  for (const [name, one] of Object.entries(values as Values)) {
    if (one === value) return name
    const inner = one instanceof Uint8Array ? undefined : pathTo(value, one)
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}
