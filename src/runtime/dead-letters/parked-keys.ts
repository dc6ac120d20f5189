import { randomUUID } from 'node:crypto'
import type { ErrorCode, FactsError } from '../../errors'
import type { LogRecord } from '../../topology/record'
import type { StateStore } from '../../topology/store'
import { isBreakerKey } from './circuit-breaker'
import { sha256 } from '../commit/left-out'

/**
 * A parked key: one of its records became a dead letter, and later ones follow it, so that its order is kept. Its parked
 * changes are those after `taken` up to `last`, by input offset; a replay processes them in order.
 */
export interface ParkedKey {
  /** Identity of this parking: a key that is parked again has another, so that a replay of the first does not apply. */
  readonly id: string
  /** Error of the record that parked the key, or of its last replay. */
  readonly code: ErrorCode
  /** Input offset of the record that parked the key. */
  readonly offset: string
  /** Offset of the last change that a replay has settled; empty before the first. */
  readonly taken: string
  /** Offset of the latest parked change. */
  readonly last: string
  readonly count: number
  /** Number of ended replays plus one. */
  readonly round: number
  /** The key in base64, if the state's own key is only its hash. */
  readonly key?: string
}

/** The parked keys of a task: few, so they are held in memory beside their store. */
export class ParkedKeys {
  private keys = new Map<string, ParkedKey>()

  constructor(private readonly store: StateStore) {}

  /** Loads the newly opened store. */
  load(): void {
    this.keys = new Map()
    for (const [id, bytes] of this.store.entries()) {
      if (!isBreakerKey(id)) this.keys.set(id, parseParkedKey(bytes))
    }
  }

  get size(): number {
    return this.keys.size
  }

  of(processor: string, key: Buffer | null): ParkedKey | undefined {
    if (this.keys.size === 0 || key === null) return undefined
    return this.keys.get(parkedId(processor, key))
  }

  /** Parks the key with the record, or adds the record to the parked key. */
  add(processor: string, key: Buffer, { offset }: LogRecord, { code }: FactsError): ParkedKey {
    const before = this.of(processor, key)
    const at = offset.toString()
    const parked: ParkedKey =
      before === undefined
        ? { id: randomUUID(), code, offset: at, taken: '', last: at, count: 1, round: 1 }
        : { ...before, last: at, count: before.count + 1 }
    this.put(processor, key, parked)
    return parked
  }

  put(processor: string, key: Buffer, parked: ParkedKey): void {
    const id = parkedId(processor, key)
    const whole = isHashed(key) ? { ...parked, key: key.toString('base64') } : parked
    this.keys.set(id, whole)
    this.store.set(id, Buffer.from(JSON.stringify(whole)))
  }

  release(processor: string, key: Buffer): void {
    const id = parkedId(processor, key)
    this.keys.delete(id)
    this.store.delete(id)
  }
}

/** Longest key that is part of the state's own key, which a store on disk limits to 1,900 bytes. */
const MAX_KEY_BYTES = 1_000
const HASHED = 'sha256:'

const isHashed = (key: Buffer): boolean => key.length > MAX_KEY_BYTES

/** Key of a parked key's state: the processor's name and the record key's bytes, which need not be text, or their hash. */
export function parkedId(processor: string, key: Buffer): string {
  const name = isHashed(key) ? `${HASHED}${sha256(key)}` : key.toString('base64')
  return `${processor} ${name}`
}

export function parseParkedId(
  id: string,
  parked: ParkedKey,
): { readonly processor: string; readonly key: Buffer } {
  const at = id.lastIndexOf(' ')
  const name = parked.key ?? id.slice(at + 1)
  return { processor: id.slice(0, at), key: Buffer.from(name, 'base64') }
}

/** Earlier versions had no identity: the round takes its place, as in their dead letters. */
export function parseParkedKey(bytes: Buffer): ParkedKey {
  const parked = JSON.parse(bytes.toString()) as ParkedKey & Partial<Unidentified>
  if (typeof parked.id === 'string') return parked
  const { code, offset, round, count } = parked as Unidentified
  const last = LAST_OFFSET.toString()
  return { id: roundIdentity(round), code, offset, taken: '', last, count, round }
}

type Unidentified = Pick<ParkedKey, 'code' | 'offset' | 'round' | 'count'>

/** The end of an unbounded range. */
const LAST_OFFSET = 2n ** 63n - 1n

export const roundIdentity = (round: number | string): string => `round ${round}`
