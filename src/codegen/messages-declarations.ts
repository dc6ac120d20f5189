import { Enum, MapField, Namespace, Type } from 'protobufjs'
import type { CodeOptions } from './code-options'
import { GENERATED, HEADER_PACKAGES } from './code-options'
import type { Field, NamespaceBase, ReflectionObject, Root } from 'protobufjs'

const SCALARS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['int32', 'uint32', 'sint32', 'fixed32', 'sfixed32', 'float', 'double'].map((t) => [
      t,
      'number',
    ]),
  ),
  ...Object.fromEntries(
    ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'].map((t) => [t, 'bigint']),
  ),
  bool: 'boolean',
  string: 'string',
  bytes: 'Uint8Array',
}

/**
 * Declarations for the generated code, stricter than pbts's: every field has to be given, a field with presence may
 * be null, 64-bit integers are bigint, enums are const objects with a union of their numbers.
 */
export function messagesDeclarations(
  root: Root,
  { runtime, isHeader = false }: CodeOptions,
): string {
  const given: readonly string[] = isHeader ? [] : HEADER_PACKAGES
  const own = inner(root).filter(({ name }) => !given.includes(name))
  return [
    GENERATED,
    `import type { ${['MessageType', ...given].join(', ')} } from '${runtime}'`,
    ...own.flatMap((one) => ['', ...declare(one, 'export ')]),
    '',
  ].join('\n')
}

function declare(one: ReflectionObject, prefix: string): readonly string[] {
  if (one instanceof Enum) return declareEnum(one, prefix)
  const lines = one instanceof Type ? declareMessage(one, prefix) : []
  if (!(one instanceof Namespace) || inner(one).length === 0) return lines
  const body = inner(one).flatMap((nested) => declare(nested, 'export '))
  return [...lines, `${prefix}namespace ${one.name} {`, ...body.map((line) => `  ${line}`), '}']
}

const inner = (scope: NamespaceBase): readonly ReflectionObject[] =>
  scope.nestedArray.filter((one) => one instanceof Namespace || one instanceof Enum)

function declareMessage(message: Type, prefix: string): readonly string[] {
  const fields = message.fieldsArray.flatMap((field) => [
    ...comment(field).map((line) => `  ${line}`),
    `  readonly ${field.name}: ${typeOf(field.resolve())}`,
  ])
  return [
    ...comment(message),
    `${prefix}interface ${message.name} {`,
    ...fields,
    '}',
    `${prefix}const ${message.name}: MessageType<${message.name}>`,
  ]
}

function declareEnum(one: Enum, prefix: string): readonly string[] {
  return [
    ...comment(one),
    `${prefix}const ${one.name}: {`,
    ...Object.entries(one.values).map(([name, value]) => `  readonly ${name}: ${value}`),
    '}',
    `${prefix}type ${one.name} = ${[...new Set(Object.values(one.values))].join(' | ')}`,
  ]
}

function typeOf(field: Field): string {
  const single = SCALARS[field.type] ?? field.resolvedType?.fullName.slice(1)
  if (single === undefined) throw new Error(`${field.fullName} has an unknown type ${field.type}.`)
  if (field instanceof MapField) return `Readonly<Record<string, ${single}>>`
  if (field.repeated) return `readonly ${single}[]`
  return field.resolvedType instanceof Type || field.partOf !== null ? `${single} | null` : single
}

const comment = (one: ReflectionObject): readonly string[] =>
  typeof one.comment !== 'string' ? [] : [`/** ${one.comment.replaceAll('\n', ' ')} */`]
