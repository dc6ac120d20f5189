import type { MessageType } from './message-type'
import { fullNameOf } from './message-type'
import type { SchemaManifest } from './schema-manifest'

type Fields = Readonly<Record<string, unknown>>

/**
 * The field that made encoding fail, as `header.source.lsn`; empty when no single field does. For error messages only:
 * it encodes field by field.
 */
export function misfitPath<T>(
  type: MessageType<T>,
  message: unknown,
  manifest: SchemaManifest,
): string {
  const fits = (candidate: Fields): boolean => {
    try {
      type.encode(candidate as Partial<T>)
      return true
    } catch {
      return false
    }
  }
  const search = (
    fullName: string,
    value: unknown,
    within: (fields: Fields) => Fields,
  ): readonly string[] => {
    if (typeof value !== 'object' || value === null) return []
    const fields = manifest.messages[fullName]?.fields ?? []
    const field = fields.find(({ name }) => !fits(within({ [name]: (value as Fields)[name] })))
    if (field === undefined) return []
    const { name, type: kind, of = '', repeated } = field
    const inner = (value as Fields)[name]
    if (kind !== 'message' || repeated === true || field.key !== undefined) return [name]
    return [name, ...search(of, inner, (deeper) => within({ [name]: deeper }))]
  }
  return search(fullNameOf(type), message, (fields) => fields).join('.')
}
