import type { ReadText } from './scalar-text'
import { enumText, readTimestamp, scalarText } from './scalar-text'
import type { FieldSchema, SchemaManifest } from '../message/schema-manifest'
import { BYTES, UNUSUAL, VARINT, WireCursor } from '../message/wire-cursor'

/** Writes the bytes of one message as protobuf JSON; undefined when they are written in an unusual way. */
export type MessageText = (bytes: Buffer) => string | undefined

const TIMESTAMP = 'google.protobuf.Timestamp'
/** Deeper messages are left to the exact lane. */
const MAX_DEPTH = 16

interface Field {
  /** `"name":` */
  readonly label: string
  readonly number: number
  readonly wire: number
  readonly repeated: boolean
  /** Whether its default is written: it has presence, or is in a list. */
  readonly presence: boolean
  readonly read: ReadText
}

/**
 * The fast lane from the bytes to `messageJson`: one pass, without the message in between. It supports what encoders write,
 * fields in the order of their numbers and each of them once, in valid UTF-8; for everything else, maps and packed lists
 * included, it returns undefined, and the caller decodes. A property test compares it with the exact lane.
 */
export function messageText(fullName: string, manifest: SchemaManifest): MessageText {
  const compiled = new Compiler(manifest)
  const message = compiled.message(fullName)
  return (bytes) => {
    try {
      return flat(message.read(new WireCursor(bytes), bytes.length, 0))
    } catch {
      return undefined
    }
  }
}

class Compiler {
  private readonly known = new Map<string, Message>()

  constructor(private readonly manifest: SchemaManifest) {}

  message(fullName: string): Message {
    const found = this.known.get(fullName)
    if (found !== undefined) return found
    const made = new Message()
    // Before its fields: a message may contain itself.
    this.known.set(fullName, made)
    for (const field of this.manifest.messages[fullName]?.fields ?? []) made.add(this.field(field))
    return made
  }

  private field(schema: FieldSchema): Field {
    const { name, number, type } = schema
    const repeated = schema.repeated === true
    const scalar = scalarText(type)
    const [wire, read] =
      schema.key !== undefined
        ? [BYTES, unusual]
        : type === 'message'
          ? [BYTES, this.inner(schema.of ?? '')]
          : type === 'enum'
            ? [VARINT, enumText(this.manifest.enums[schema.of ?? ''] ?? {})]
            : (scalar ?? [BYTES, unusual])
    const presence = repeated || schema.optional === true || type === 'message'
    return { label: `${JSON.stringify(name)}:`, number, wire, repeated, presence, read }
  }

  private inner(of: string): ReadText {
    if (of === TIMESTAMP) {
      return (cursor) => {
        const end = cursor.length()
        return `"${readTimestamp(cursor, end)}"`
      }
    }
    const message = this.message(of)
    return (cursor) => {
      const end = cursor.length()
      cursor.depth += 1
      const text = message.read(cursor, end, cursor.depth)
      cursor.depth -= 1
      return text
    }
  }
}

class Message {
  private readonly fields: (Field | undefined)[] = []

  add(field: Field): void {
    this.fields[field.number] = field
  }

  read(cursor: WireCursor, end: number, depth: number): string {
    if (depth > MAX_DEPTH) throw UNUSUAL
    let text = '{'
    let last = 0
    while (cursor.position < end) {
      const tag = cursor.small()
      const number = tag >>> 3
      const field = this.fields[number]
      if (field === undefined || number <= last || (tag & 7) !== field.wire) throw UNUSUAL
      last = number
      if (field.repeated) {
        const list = readList(cursor, end, field, tag)
        text += text === '{' ? `${field.label}[${list}]` : `,${field.label}[${list}]`
        continue
      }
      const value = field.read(cursor, field.presence)
      if (value !== '') text += text === '{' ? field.label + value : `,${field.label}${value}`
    }
    if (cursor.position !== end) throw UNUSUAL
    return `${text}}`
  }
}

/** Elements that follow each other. */
function readList(cursor: WireCursor, end: number, field: Field, tag: number): string {
  let list = field.read(cursor, true)
  while (cursor.position < end) {
    const before = cursor.position
    if (cursor.small() !== tag) {
      cursor.position = before
      break
    }
    list += `,${field.read(cursor, true)}`
  }
  return list
}

const unusual = (): never => {
  throw UNUSUAL
}

/** Flattens a string: a concatenation of many parts is a tree until it is read, and thousands of trees take more memory. */
function flat(text: string): string {
  return Number(text) === 0 ? '' : text
}
