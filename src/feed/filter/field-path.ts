import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { JsonObject } from '../../protobuf/json/message-json'

/** A field inside a message by JSON names, such as `secondary.name`. */
export type FieldPath = readonly string[]

/**
 * The path in the text, by JSON names or by those of the proto file; undefined when the message has no such field.
 * Fields inside lists, maps and Timestamps have no path.
 */
export function fieldPath(
  text: string,
  fullName: string,
  schemas: SchemaManifest,
): FieldPath | undefined {
  const path: string[] = []
  let message: string | undefined = fullName
  for (const part of text.split('.')) {
    const name = jsonName(part)
    const fields: SchemaManifest['messages'][string]['fields'] =
      message === undefined ? [] : (schemas.messages[message]?.fields ?? [])
    const field = fields.find((one) => one.name === name)
    if (field === undefined) return undefined
    const single = field.repeated !== true && field.key === undefined
    message = single && field.type === 'message' ? field.of : undefined
    path.push(name)
  }
  return path
}

/** protobuf's JSON name of a field. */
const jsonName = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The value at the path; undefined when a part of it is absent. */
export function valueAt(json: JsonObject | undefined, path: FieldPath): unknown {
  let value: unknown = json
  for (const name of path) {
    if (value === undefined) return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

const isAbove = (above: FieldPath, below: FieldPath): boolean =>
  above.every((name, index) => below[index] === name)

/** The paths that are not equal to, or below, another one. */
export const outermost = (paths: readonly FieldPath[]): readonly FieldPath[] =>
  paths.filter(
    (path, index) =>
      !paths.some(
        (other, at) =>
          at !== index && isAbove(other, path) && (other.length < path.length || at < index),
      ),
  )

/** The intersection: paths at or below one of each. */
export function common(
  paths: readonly FieldPath[],
  others: readonly FieldPath[],
): readonly FieldPath[] {
  return paths.flatMap((path) =>
    others.flatMap((other) =>
      isAbove(path, other) ? [other] : isAbove(other, path) ? [path] : [],
    ),
  )
}
