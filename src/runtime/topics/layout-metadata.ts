import { createHash } from 'node:crypto'
import { FactsError } from '../../errors'

/**
 * The layout at the time of a commit: the number of partitions of each topic of the task, and the changelog of each store. It
 * is the metadata of the committed offset, which brokers limit to 4,096 characters.
 */
export interface CommittedLayout {
  /** Undefined when the topic is unknown. */
  readonly partitions: (topic: string) => number | undefined
  /** Whether the store's changelog can be the one with this origin; true when the store is unknown. */
  readonly fits: (store: string, origin: string | undefined) => boolean
}

/** Kafka's offset.metadata.max.bytes. */
const MOST = 4_096
/** Bytes of a name's hash, in the order in which they are tried. */
const WIDTHS = [4, 3]
const COUNT_BYTES = 2
const ORIGIN_BYTES = 4

/** The layout as text, with names if that fits, with their hashes otherwise. Throws TOPOLOGY_INVALID when neither fits. */
export function writeLayout(
  partitions: ReadonlyMap<string, number>,
  origins: Readonly<Record<string, string>>,
): string {
  const whole = JSON.stringify({ v: 1, partitions: Object.fromEntries(partitions), state: origins })
  if (whole.length <= MOST) return whole
  for (const width of WIDTHS) {
    const counts = [...partitions].map(([topic, count]) => [topic, countBytes(count)] as const)
    const states = Object.entries(origins).map(([store, id]) => [store, originBytes(id)] as const)
    const short = { v: 2, width, partitions: pack(counts, width), state: pack(states, width) }
    const text = JSON.stringify(short)
    if (text.length <= MOST) return text
  }
  throw new FactsError(
    'TOPOLOGY_INVALID',
    `${partitions.size - 1} topics are written from one input; the metadata of a committed offset has space for about 200. Nothing was committed. Move some of the facts to another application.`,
  )
}

/** Also reads the formats of earlier versions; metadata of other programs gives an unknown layout. */
export function readLayout(metadata: string): CommittedLayout {
  const layout = parsed(metadata)
  if (layout?.v !== 2) {
    return {
      partitions: (topic) => layout?.partitions?.[topic],
      fits: (store, origin) => (layout?.state?.[store] ?? origin) === origin,
    }
  }
  const counts = unpack(layout.partitions, layout.width, COUNT_BYTES)
  const states = unpack(layout.state, layout.width, ORIGIN_BYTES)
  return {
    partitions: (topic) => counts.get(hash(topic, layout.width))?.readUInt16BE(),
    fits: (store, origin) => {
      const known = states.get(hash(store, layout.width))
      if (known === undefined) return true
      return origin !== undefined && known.equals(originBytes(origin))
    },
  }
}

interface Named {
  readonly v?: 1
  readonly partitions?: Readonly<Record<string, number>>
  readonly state?: Readonly<Record<string, string>>
}

interface Hashed {
  readonly v: 2
  readonly width: number
  readonly partitions: string
  readonly state: string
}

function parsed(metadata: string): Named | Hashed | undefined {
  try {
    return JSON.parse(metadata) as Named | Hashed
  } catch {
    return undefined
  }
}

const hash = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, bytes * 2)

function countBytes(count: number): Buffer {
  const bytes = Buffer.alloc(COUNT_BYTES)
  bytes.writeUInt16BE(Math.min(count, 0xffff))
  return bytes
}

const originBytes = (origin: string): Buffer => Buffer.from(hash(origin, ORIGIN_BYTES), 'hex')

/** Hashes of the names, each with its value; names with equal hashes are omitted, and so unknown. */
function pack(values: readonly (readonly [string, Buffer])[], width: number): string {
  const hashes = values.map(([name]) => hash(name, width))
  const once = values.flatMap(([, value], index) => {
    const own = hashes[index] ?? ''
    if (hashes.indexOf(own) !== hashes.lastIndexOf(own)) return []
    return [Buffer.from(own, 'hex'), value]
  })
  return Buffer.concat(once).toString('base64')
}

function unpack(text: string, width: number, size: number): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(text, 'base64')
  const values = new Map<string, Buffer>()
  for (let at = 0; at + width + size <= bytes.length; at += width + size) {
    const value = bytes.subarray(at + width, at + width + size)
    values.set(bytes.toString('hex', at, at + width), value)
  }
  return values
}
