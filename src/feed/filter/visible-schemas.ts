import type { FieldSchema, SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { FieldPath } from './field-path'

/**
 * The manifest of a message with only the fields at the paths and below them. A hidden field gets the same error as one that
 * does not exist.
 */
export function visibleSchemas(
  schemas: SchemaManifest,
  fullName: string,
  paths: readonly FieldPath[],
): SchemaManifest {
  const messages = { ...schemas.messages }
  const prune = (original: string, name: string, below: readonly FieldPath[]): void => {
    const message = schemas.messages[original]
    if (message === undefined) return
    const fields = message.fields.flatMap((field): readonly FieldSchema[] => {
      const inside = below.filter(([first]) => first === field.name).map(([, ...rest]) => rest)
      if (inside.length === 0) return []
      if (inside.some((rest) => rest.length === 0)) return [field]
      // The same message may have other visible fields elsewhere.
      const of = `${name}#${field.name}`
      prune(field.of ?? '', of, inside)
      return [{ ...field, of }]
    })
    messages[name] = { ...message, fields }
  }
  prune(fullName, fullName, paths)
  return { ...schemas, messages }
}
