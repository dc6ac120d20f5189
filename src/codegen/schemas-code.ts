import { Enum, MapField, Namespace, Type } from 'protobufjs'
import type { CodeOptions } from './code-options'
import { GENERATED } from './code-options'
import type { Field, NamespaceBase, ReflectionObject, Root } from 'protobufjs'
import type {
  FieldSchema,
  MessageSchema,
  SchemaManifest,
} from '../protobuf/message/schema-manifest'
import type { ProtoFiles } from './proto-file'
import { readProtoFile } from './proto-file'

/** The manifest of all files, messages and enums, as a TypeScript module. */
export function schemasCode(
  protos: ProtoFiles,
  root: Root,
  { runtime, isHeader = false }: CodeOptions,
): string {
  const files = [...protos].map(([name, path]) => readProtoFile(path, name))
  const found = everything(root)
  const messages = files.flatMap((file) =>
    [...file.indexes].map(([fullName, indexes]): [string, MessageSchema] => {
      const fields = root
        .lookupType(fullName)
        .fieldsArray.map((field) => fieldSchema(field.resolve()))
      return [fullName, { file: file.name, indexes, fields }]
    }),
  )
  const enums = found
    .flatMap((one) => (one instanceof Enum ? [one] : []))
    .filter((one) => isHeader || !one.fullName.startsWith('.facts.'))
  const manifest: SchemaManifest = {
    files: Object.fromEntries(files.map(({ name, text, imports }) => [name, { text, imports }])),
    messages: Object.fromEntries(messages),
    enums: Object.fromEntries(enums.map((one) => [one.fullName.slice(1), { ...one.valuesById }])),
  }
  const json = JSON.stringify(manifest, null, 2)
  return [
    GENERATED,
    ...(isHeader ? [] : [`import { withHeader } from '${runtime}'`]),
    `import type { SchemaManifest } from '${runtime}'`,
    '',
    '/** The proto files as the registry gets them, and what has to be known about their messages at run time. */',
    `export const schemas: SchemaManifest = ${isHeader ? json : `withHeader(${json})`}`,
    '',
  ].join('\n')
}

const everything = (scope: NamespaceBase): readonly ReflectionObject[] =>
  scope.nestedArray.flatMap((one) => [one, ...(one instanceof Namespace ? everything(one) : [])])

function fieldSchema(field: Field): FieldSchema {
  const { resolvedType } = field
  if (field instanceof MapField && field.keyType !== 'string') {
    throw new Error(
      `${field.fullName.slice(1)} is a map with keys of ${field.keyType}. Only string keys are supported: JavaScript objects have no others.`,
    )
  }
  return {
    name: field.name,
    number: field.id,
    type: resolvedType === null ? field.type : resolvedType instanceof Type ? 'message' : 'enum',
    ...(resolvedType === null ? {} : { of: resolvedType.fullName.slice(1) }),
    ...(field instanceof MapField ? { key: field.keyType } : {}),
    ...(field.repeated ? { repeated: true } : {}),
    ...(field.partOf === null || resolvedType instanceof Type ? {} : { optional: true }),
  }
}
