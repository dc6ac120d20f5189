import { FactsError } from '../../errors'
import { decodeFrame, framePrefix } from '../framing/confluent'
import { findSchemaId } from '../registry/ensure-schemas'
import { ExactReader } from '../message/exact-reader'
import { FieldWriter } from '../message/field-writer'
import type { MessageType } from '../message/message-type'
import { fullNameOf } from '../message/message-type'
import { misfitPath } from '../message/misfit-path'
import type { SchemaManifest } from '../message/schema-manifest'
import type { SchemaStore } from '../registry/schema-store'
import type { PreparedSerde } from './serde'
import { WriterSchemas } from '../registry/writer-schemas'

export interface ProtobufSerdeOptions<T> {
  readonly topic: string
  readonly type: MessageType<T>
  readonly schemas: SchemaManifest
  readonly store: SchemaStore
}

/** `deserialize` knows a writer's schema only after `prepareFor` saw a value with it, or `prepare` its own. */
export interface ProtobufSerde<T> extends PreparedSerde<T> {
  /**
   * Looks up the id of the topic's schema; SCHEMA_UNKNOWN when it is not registered. Await it before the first
   * `serialize`.
   */
  prepare(): Promise<void>
  /** Reads the schemas that these values were written with; await it before a batch of `deserialize`. */
  prepareFor(values: Iterable<Buffer | null>): Promise<void>
  /**
   * One pass: frame and message are written consecutively, nothing is copied. The bytes share a slab of 64 KiB
   * with their neighbours; copy those that are kept for long. Fields absent from `value` take their default.
   */
  serialize(value: Partial<T>): Buffer
}

/** Confluent-framed protobuf of one message on one topic. */
export function protobufSerde<T>(options: ProtobufSerdeOptions<T>): ProtobufSerde<T> {
  const { topic, type, schemas, store } = options
  const name = fullNameOf(type)
  const writers = new WriterSchemas(store)
  const writer = new FieldWriter()
  let prefix: Buffer | undefined

  return {
    async prepare() {
      if (prefix !== undefined) return
      const id = await findSchemaId(schemas, { topic, message: name }, store)
      prefix = framePrefix(id, schemas.messages[name]?.indexes ?? [])
      await writers.prepare([prefix])
    },

    prepareFor: (values) => writers.prepare(values),

    serialize(value) {
      if (prefix === undefined) throw failed('its schema id was not prepared')
      try {
        return type.encode(value, writer.raw(prefix)).finish()
      } catch (cause) {
        writer.reset()
        const path = misfitPath(type, value, schemas)
        throw failed(`${path === '' ? '' : `${path}: `}${(cause as Error).message}`, cause)
      }
    },

    deserialize(bytes) {
      const frame = decodeFrame(bytes)
      const written = writers.messageOf(frame)
      if (written !== name)
        throw new FactsError('FRAME_INVALID', `Expected a ${name}, found a ${written}.`)
      return decodeMessage(type, frame.payload)
    },
  }

  function failed(why: string, cause?: unknown): FactsError {
    return new FactsError('ENCODE_FAILED', `Cannot encode a ${name}: ${why}.`, { topic, cause })
  }
}

/** Throws FRAME_INVALID when the bytes are not the message. */
export function decodeMessage<T>(type: MessageType<T>, payload: Buffer): T {
  try {
    return type.decode(new ExactReader(payload))
  } catch (cause) {
    throw new FactsError(
      'FRAME_INVALID',
      `These bytes are not a ${fullNameOf(type)}: ${(cause as Error).message}.`,
      { cause },
    )
  }
}
