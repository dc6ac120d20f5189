import type { JsonObject } from '../../protobuf/json/message-json'
import type { FieldPath } from './field-path'

/** Leaves of a message by name; true takes everything below. */
interface Tree {
  readonly [name: string]: Tree | true
}

export type Projection = (json: JsonObject) => JsonObject

/** Projects to the fields at the paths; without paths, to all. */
export function projection(paths: readonly FieldPath[] | undefined): Projection {
  if (paths === undefined) return (json) => json
  let tree: Tree = {}
  for (const path of paths) tree = grown(tree, path)
  return (json) => pick(json, tree)
}

function grown(tree: Tree, [name = '', ...rest]: FieldPath): Tree {
  const below = tree[name]
  if (below === true || rest.length === 0) return { ...tree, [name]: true }
  return { ...tree, [name]: grown(below ?? {}, rest) }
}

function pick(json: JsonObject, tree: Tree): JsonObject {
  const picked: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(json)) {
    const below = Object.hasOwn(tree, name) ? tree[name] : undefined
    if (below === true) picked[name] = value
    else if (below !== undefined) picked[name] = pick(value as JsonObject, below)
  }
  return picked
}
