import { readFileSync } from 'node:fs'
import { outlineProto } from '../protobuf/framing/message-indexes'

/** Files of google/protobuf whose types src/protobuf/json/message-json.ts prints canonically; a proto file may use no other. */
const WELL_KNOWN: readonly string[] = ['google/protobuf/timestamp.proto']

/** Paths of proto files by the names that they are imported by. */
export type ProtoFiles = ReadonlyMap<string, string>

/** One file as the registry gets it. */
export interface ProtoFile {
  /** Path below the proto folder: what other files import it by. */
  readonly name: string
  readonly text: string
  /** Imports that need a registry reference; google/protobuf comes with every registry and every reader. */
  readonly imports: readonly string[]
  readonly indexes: ReadonlyMap<string, readonly number[]>
}

/** Reads a file, which others import by `name`; refuses what other parts of the product, or other serializers, cannot handle. */
export function readProtoFile(path: string, name: string): ProtoFile {
  const text = readFileSync(path, 'utf8')
  const { imports, indexes, ambiguous } = outlineProto(text)
  const unsupported = imports.find((one) => isGoogle(one) && !WELL_KNOWN.includes(one))
  if (unsupported !== undefined) {
    throw new Error(
      `${name} imports ${unsupported}, but of google/protobuf only ${WELL_KNOWN.join(', ')} is supported. Teach src/protobuf/json/message-json.ts its JSON form first.`,
    )
  }
  if (ambiguous.length > 0) {
    throw new Error(
      `${name}: ${ambiguous.join(', ')} are nested in a message with a map field, and serializers disagree about their message indexes. Move them to the top level of the file.`,
    )
  }
  return { name, text, imports: imports.filter((one) => !isGoogle(one)), indexes }
}

const isGoogle = (name: string): boolean => name.startsWith('google/protobuf/')
