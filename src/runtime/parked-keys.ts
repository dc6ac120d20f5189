import type { ErrorCode } from '../errors'
import type { StateStore } from '../topology/store'

/** A key that waits: a record of it became a dead letter, and later ones follow it, so that its order is kept. */
export interface ParkedKey {
  /** Of the record that parked the key. */
  readonly code: ErrorCode
  readonly offset: string
  /** Dead letters that wait, all written with this round; each replay begins the next. */
  readonly round: number
  readonly count: number
  /** Round of the replay under way. */
  readonly replaying: number | null
  /** Whether a record of that replay has failed, so that the rest of it waits again. */
  readonly failed: boolean
}

/** The parked keys of a task: few, so they are kept in memory beside their store. */
export class ParkedKeys {
  private keys = new Map<string, ParkedKey>()

  constructor(private readonly store: StateStore) {}

  /** Reads the store, which has just been opened. */
  load(): void {
    this.keys = new Map()
    for (const [id, bytes] of this.store.entries()) this.keys.set(id, parseParkedKey(bytes))
  }

  get size(): number {
    return this.keys.size
  }

  of(processor: string, key: Buffer | null): ParkedKey | undefined {
    if (this.keys.size === 0 || key === null) return undefined
    return this.keys.get(parkedId(processor, key))
  }

  put(processor: string, key: Buffer, parked: ParkedKey): void {
    const id = parkedId(processor, key)
    this.keys.set(id, parked)
    this.store.set(id, Buffer.from(JSON.stringify(parked)))
  }

  release(processor: string, key: Buffer): void {
    const id = parkedId(processor, key)
    this.keys.delete(id)
    this.store.delete(id)
  }
}

/** Key of a parked key's state: the processor's name and the record key's bytes, which need not be text. */
export function parkedId(processor: string, key: Buffer): string {
  return `${processor} ${key.toString('base64')}`
}

export function parseParkedId(id: string): { readonly processor: string; readonly key: Buffer } {
  const at = id.lastIndexOf(' ')
  return { processor: id.slice(0, at), key: Buffer.from(id.slice(at + 1), 'base64') }
}

export function parseParkedKey(bytes: Buffer): ParkedKey {
  return JSON.parse(bytes.toString()) as ParkedKey
}
