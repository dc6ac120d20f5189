/** A row of pg_type. */
export interface PostgresType {
  readonly id: string
  readonly schema: string
  readonly name: string
  /** typtype: base, composite, domain, enum, range, multirange, pseudo. */
  readonly kind: 'b' | 'c' | 'd' | 'e' | 'r' | 'm' | 'p'
  /** For a domain: its base type. */
  readonly base: string | null
  readonly baseModifier: number
  /** For an array: its elements' type. */
  readonly element: string | null
  /** format_type(oid, NULL) without a schema. */
  readonly written: string
  /** Whether a value may be stored out of line. */
  readonly isToastable: boolean
}

export type PostgresTypes = ReadonlyMap<string, PostgresType>

/** A type with its modifier, domains replaced by their base type. */
export interface Undressed {
  readonly type: PostgresType
  readonly modifier: number
  readonly wasDomain: boolean
}

/** Undefined for a type that is not in the catalog. */
export function undressed(
  types: PostgresTypes,
  id: string,
  modifier: number,
): Undressed | undefined {
  let type = types.get(id)
  let wasDomain = false
  let own = modifier
  while (type?.kind === 'd' && type.base !== null) {
    own = type.baseModifier
    wasDomain = true
    type = types.get(type.base)
  }
  return type === undefined ? undefined : { type, modifier: own, wasDomain }
}

/** The name that a declaration uses for a type: the base type of a domain; the element type of an array, with `[]`. */
export function declaredNameOf(types: PostgresTypes, id: string): string {
  const found = undressed(types, id, -1)
  if (found === undefined) return 'unknown'
  const { type } = found
  if (type.element !== null) return `${declaredNameOf(types, type.element)}[]`
  if (type.kind === 'e') return 'enum'
  if (type.kind === 'c') return 'composite'
  return type.written
}
