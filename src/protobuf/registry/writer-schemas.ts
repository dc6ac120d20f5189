import { FactsError } from '../../errors'
import type { Frame } from '../framing/confluent'
import { FIRST, decodeFrame } from '../framing/confluent'
import { outlineProto } from '../framing/message-indexes'
import type { SchemaStore } from './schema-store'

/** Full message names by index path, or the reason why there are none. */
type Messages = ReadonlyMap<string, string> | FactsError

/**
 * The message of a frame, by the schema it was written with: a writer may have another version of the file, in
 * which the same message has another index. Schemas are read once per id and cached, as registries never change them.
 */
export class WriterSchemas {
  private readonly known = new Map<number, Messages>()

  constructor(private readonly store: SchemaStore) {}

  /**
   * Reads the schemas of all frames among `values` that are not known yet; await it before a batch. Values that are
   * not frames are left for `messageOf` to reject. Throws REGISTRY_UNAVAILABLE or SCHEMA_REFUSED.
   */
  async prepare(values: Iterable<Buffer | null>): Promise<void> {
    for (const id of newIds(values, this.known)) this.known.set(id, await this.read(id))
  }

  /** Full name of the framed message. Synchronous; throws FRAME_INVALID when the writer's schema does not have it. */
  messageOf({ schemaId, indexes }: Frame): string {
    const messages = this.known.get(schemaId)
    if (messages === undefined)
      throw invalid(`schema ${schemaId} was not prepared before its batch`)
    if (messages instanceof FactsError) throw messages
    const name = messages.get(indexes === FIRST ? '0' : indexes.join())
    if (name === undefined)
      throw invalid(`schema ${schemaId} has no message [${indexes.join(', ')}]`)
    return name
  }

  private async read(id: number): Promise<Messages> {
    const text = await this.store.textOf(id)
    if (text === undefined) return invalid(`the registry has no schema ${id}`)
    try {
      const { indexes } = outlineProto(text)
      return new Map([...indexes].map(([name, path]) => [path.join(), name]))
    } catch (cause) {
      return invalid(`schema ${id} is not protobuf: ${(cause as Error).message}`, cause)
    }
  }
}

function newIds(
  values: Iterable<Buffer | null>,
  known: ReadonlyMap<number, unknown>,
): ReadonlySet<number> {
  const ids = new Set<number>()
  let last: number | undefined
  for (const value of values) {
    // Nearly always they are the same: then only the magic byte and the id are read.
    if (value === null || (value.length > 5 && value[0] === 0 && value.readInt32BE(1) === last))
      continue
    const id = idOf(value)
    if (id !== undefined && known.has(id)) last = id
    if (id !== undefined && !known.has(id)) ids.add(id)
  }
  return ids
}

function idOf(value: Buffer): number | undefined {
  try {
    return decodeFrame(value).schemaId
  } catch {
    return undefined
  }
}

const invalid = (what: string, cause?: unknown): FactsError =>
  new FactsError('FRAME_INVALID', `The message type of the frame is unknown: ${what}.`, { cause })
