import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, Root, Type } from 'protobufjs'
import type { ReflectionObject } from 'protobufjs'

/** Types of google/protobuf that src/wire/protobuf-json.ts prints canonically; a proto file may use no other. */
const WELL_KNOWN: readonly string[] = ['google/protobuf/timestamp.proto']

/** One file as the registry gets it. */
export interface ProtoFile {
  /** Path below the proto folder: what other files import it by. */
  readonly name: string
  readonly text: string
  /** Imports that need a registry reference; google/protobuf comes with every registry and every reader. */
  readonly imports: readonly string[]
  /** Message-index path by full message name: position at the top level of the file, then in each parent. */
  readonly indexes: ReadonlyMap<string, readonly number[]>
}

export function readProtoFile(folder: string, name: string): ProtoFile {
  const text = readFileSync(join(folder, name), 'utf8')
  const parsed = parse(text, new Root())
  const imports = parsed.imports ?? []
  for (const imported of imports) {
    if (imported.startsWith('google/protobuf/') && !WELL_KNOWN.includes(imported)) {
      throw new Error(
        `${name} imports ${imported}, but of google/protobuf only ${WELL_KNOWN.join(', ')} is supported. Teach src/wire/protobuf-json.ts its JSON form first.`,
      )
    }
  }
  if (parsed.package === undefined) throw new Error(`${name} has no package.`)
  const scope = parsed.root.lookup(parsed.package)
  const indexes = new Map<string, readonly number[]>()
  number(indexes, 'nestedArray' in (scope ?? {}) ? (scope as Type).nestedArray : [], [])
  return {
    name,
    text,
    imports: imports.filter((imported) => !imported.startsWith('google/protobuf/')),
    indexes,
  }
}

function number(
  indexes: Map<string, readonly number[]>,
  declared: readonly ReflectionObject[],
  parent: readonly number[],
): void {
  const messages = declared.filter((one) => one instanceof Type)
  for (const [index, message] of messages.entries()) {
    const path = [...parent, index]
    indexes.set(message.fullName.slice(1), path)
    if (message.nestedArray.some((one) => one instanceof Type) && hasMap(message)) {
      throw new Error(
        `${message.fullName.slice(1)} has both map fields and nested messages: serializers disagree about message indexes then. Move the nested message to the top level.`,
      )
    }
    number(indexes, message.nestedArray, path)
  }
}

const hasMap = (message: Type): boolean => message.fieldsArray.some((field) => field.map)
