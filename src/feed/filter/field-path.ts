import type { SchemaManifest } from '../../protobuf/message/schema-manifest'
import type { JsonObject } from '../../protobuf/json/message-json'

/** A field inside a message by JSON names, as `secondary.name`. */
export type FieldPath = readonly string[]

/**
 * The path that the text names, by JSON names or by those of the proto file; undefined when the message has no such field.
 * What is inside lists, maps and Timestamps has no path.
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

/** As protobuf makes it of a field's name. */
const jsonName = (name: string): string =>
  name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** The value there, undefined when something on the way is absent. */
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

/** Those that are not the same as, or below, another one: what they name, once. */
export const outermost = (paths: readonly FieldPath[]): readonly FieldPath[] =>
  paths.filter(
    (path, index) =>
      !paths.some(
        (other, at) =>
          at !== index && isAbove(other, path) && (other.length < path.length || at < index),
      ),
  )

/** The narrower of both: what is at, or below, one of the paths and one of the others. */
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
