import { Environment } from '@marcbachmann/cel-js'
import { RE2JS } from 're2js'
import type { FieldSchema, SchemaManifest } from '../../wire/schema-manifest'
import { SIGNED, TIMESTAMP, UNSIGNED } from './filter-context'

/** What a filter may be made of; see PROTOCOL.md R30. */
const LIMITS = {
  maxAstNodes: 200,
  maxDepth: 24,
  maxListElements: 100,
  maxMapEntries: 16,
  maxCallArguments: 8,
}

/** Stands in for CEL's `matches`, which the library takes to JavaScript's backtracking expressions. */
export const LINEAR_MATCHES = 'matchesInLinearTime'

interface Types {
  [name: string]: string | Types
}

/** CEL with the message's fields as variables, by JSON name, and all of them in `fact`: also those that CEL has a name like. */
export function filterEnvironment(fullName: string, schemas: SchemaManifest): Environment {
  const types = typesOf(fullName, schemas, [])
  const environment = new Environment({ limits: LIMITS })
  environment.registerFunction(
    `string.${LINEAR_MATCHES}(string): bool`,
    (text: string, pattern: string) => compiled(pattern).matcher(text).find(),
  )
  for (const [name, type] of Object.entries({ ...types, fact: types })) {
    // CEL's own names, like `type`, are not given to fields.
    if (environment.hasVariable(name)) continue
    if (typeof type === 'string') environment.registerVariable(name, type)
    else environment.registerVariable({ name, schema: type })
  }
  return environment
}

/** Patterns are parts of the filters, nearly always: few, and asked for with every fact. */
const patterns = new Map<string, RE2JS>()
const MAX_PATTERNS = 1_000

function compiled(pattern: string): RE2JS {
  const found = patterns.get(pattern)
  if (found !== undefined) return found
  if (patterns.size >= MAX_PATTERNS) patterns.clear()
  const made = RE2JS.compile(pattern)
  patterns.set(pattern, made)
  return made
}

/** A message inside itself is left out: CEL's types here are finite. */
function typesOf(fullName: string, schemas: SchemaManifest, above: readonly string[]): Types {
  const types: Types = {}
  for (const field of schemas.messages[fullName]?.fields ?? []) {
    const type = typeOf(field, schemas, [...above, fullName])
    if (type !== undefined) types[field.name] = type
  }
  return types
}

function typeOf(
  field: FieldSchema,
  schemas: SchemaManifest,
  above: readonly string[],
): string | Types | undefined {
  const isMessage = field.type === 'message' && field.of !== TIMESTAMP
  if (field.key !== undefined) return `map<string, ${isMessage ? 'dyn' : scalar(field)}>`
  if (field.repeated === true) return `list<${isMessage ? 'dyn' : scalar(field)}>`
  if (!isMessage) return scalar(field)
  const of = field.of ?? ''
  return above.includes(of) ? undefined : typesOf(of, schemas, above)
}

function scalar({ type }: FieldSchema): string {
  if (type === 'message') return TIMESTAMP
  if (type === 'enum') return 'string'
  if (SIGNED.has(type)) return 'int'
  if (UNSIGNED.has(type)) return 'uint'
  return type === 'float' ? 'double' : type
}
