import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database, RootDatabase } from 'lmdb'
import { FileIdentity } from '../../lmdb/file-identity'
import { privateFolder } from '../../lmdb/private-folder'
import { refuseForeign } from '../../lmdb/refuse-foreign'
import type { FactDecoder } from '../image/fact-decoder'
import type { Equality } from '../filter/equality'
import { fieldText } from '../filter/equality'
import type { Position, Positions } from '../cursor/position'
import { reached } from '../cursor/position'
import { isDiskFull } from '../problem'
import type { Entry } from './entry'
import { explainFeedWrite } from './explain-feed-write'
import type { FactStore } from './fact-store'
import { openDatabase } from './open-database'

export interface SubjectIndexOptions {
  readonly folder: string
  /** JSON names. */
  readonly fields: readonly string[]
  readonly decoder: FactDecoder
}

interface Meta {
  readonly fields: readonly string[]
  /** `next` in decimal. */
  readonly positions: readonly { readonly next: string; readonly check: number }[]
}

/** Field and value, hashed, and partition. */
const PREFIX_BYTES = 20
/** Rows that are indexed at a time, so that other work gets a turn. */
const STEP_ROWS = 500
const THERE = Buffer.of(1)

/**
 * The subjects that have had a value in a field, according to the store's rows: some may have another value now, so callers
 * compare. It follows a store; an index of another store, or of other fields, is rebuilt.
 */
export class SubjectIndex {
  private root!: RootDatabase<unknown, Buffer>
  private meta!: Database<Meta, string>
  private subjects!: Database<Buffer, Buffer>
  private file!: FileIdentity
  private store: FactStore | undefined
  private positions: Positions = []
  private advancing: Promise<void> | undefined
  private isClosed = false

  /** Throws DISK_FULL. */
  constructor(private readonly options: SubjectIndexOptions) {
    this.open()
  }

  /** Throws DISK_FULL. */
  follow(store: FactStore): void {
    if (!this.file.isThere()) {
      void this.root.close()
      this.open()
    }
    this.store = store
    this.positions = this.found(store) ?? this.cleared(store)
  }

  /** Indexes the store's new rows. Throws REGISTRY_UNAVAILABLE and STATE_CORRUPT. */
  async advance(): Promise<void> {
    const until = this.store?.positions() ?? []
    while (!reached(this.positions, until)) {
      if (this.isClosed) return
      this.advancing ??= this.step().finally(() => (this.advancing = undefined))
      await this.advancing
    }
  }

  /** Subjects of a partition in the order of their keys, after the given one. */
  subjectsAfter(
    equality: Equality,
    partition: number,
    key: Buffer | undefined,
    limit: number,
  ): readonly Buffer[] {
    const prefix = prefixOf(equality, partition)
    const range = {
      start: Buffer.concat([prefix, key ?? Buffer.alloc(0)]),
      exclusiveStart: key !== undefined,
      end: prefixOf(equality, partition + 1),
      limit,
    }
    return [...this.subjects.getKeys(range)].map((bytes) =>
      Buffer.from(bytes.subarray(PREFIX_BYTES)),
    )
  }

  async close(): Promise<void> {
    this.isClosed = true
    await this.advancing?.catch(() => undefined)
    await this.root.close()
  }

  private open(): void {
    const { folder } = this.options
    this.root = opened(folder)
    this.meta = this.root.openDB({ name: 'meta', encoding: 'json' })
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    this.subjects = this.root.openDB({ name: 'subjects', ...binary })
    this.file = new FileIdentity(join(folder, 'data.mdb'))
  }

  private async step(): Promise<void> {
    const { decoder, fields } = this.options
    const { store } = this
    if (store === undefined) return
    const until = store.positions()
    const partition = until.findIndex(
      ({ next }, index) => (this.positions[index]?.next ?? 0n) < next,
    )
    const [from, end] = [this.positions[partition]?.next ?? 0n, until[partition]]
    if (end === undefined) return
    const rows: Entry[] = []
    for (const row of store.rowsFrom(partition, from, end.next)) {
      rows.push(row)
      if (rows.length === STEP_ROWS) break
    }
    await decoder.prepareFor(rows.map(({ value }) => value))
    if (this.isClosed || store !== this.store) return
    const last = rows.length < STEP_ROWS ? undefined : rows.at(-1)
    const position: Position =
      last === undefined ? end : { next: last.offset + 1n, check: last.check }
    const positions = this.positions.map((one, index) => (index === partition ? position : one))
    this.change(() => {
      for (const { key, value } of rows) {
        const context = decoder.decodeLazily(value)?.context
        for (const field of fields) {
          const text = fieldText(context, field)
          if (text === undefined) continue
          const entry = Buffer.concat([prefixOf({ field, value: text }, partition), key])
          // Most facts do not change the value, and a write costs as much as several reads.
          if (!this.subjects.doesExist(entry)) void this.subjects.put(entry, THERE)
        }
      }
      this.write(positions)
    })
    this.positions = positions
    await new Promise((resolve) => setImmediate(resolve))
  }

  /** Its positions, if it was built from this store. */
  private found(store: FactStore): Positions | undefined {
    const { fields } = this.options
    const meta = this.meta.get('meta')
    const ends = store.positions()
    if (meta?.positions.length !== ends.length) return undefined
    if (JSON.stringify(meta.fields) !== JSON.stringify(fields)) return undefined
    const positions = meta.positions.map(({ next, check }) => ({ next: BigInt(next), check }))
    const isOurs = positions.every(
      ({ next, check }, partition) =>
        next <= (ends[partition]?.next ?? 0n) &&
        (store.rowBefore(partition, next)?.check ?? 0) === check,
    )
    return isOurs ? positions : undefined
  }

  private cleared(store: FactStore): Positions {
    const positions = store.positions().map(() => ({ next: 0n, check: 0 }))
    this.change(() => {
      this.subjects.clearSync()
      this.write(positions)
    })
    return positions
  }

  private change(work: () => void): void {
    try {
      this.root.transactionSync(work)
    } catch (error) {
      throw explainFeedWrite(error, this.options.folder)
    }
  }

  private write(positions: Positions): void {
    const { fields } = this.options
    const written = positions.map(({ next, check }) => ({ next: String(next), check }))
    void this.meta.put('meta', { fields, positions: written })
  }
}

/** Replaces an index that cannot be opened by an empty one, unless the disk is full. */
function opened(folder: string): RootDatabase<unknown, Buffer> {
  const attempt = (): RootDatabase<unknown, Buffer> => {
    try {
      privateFolder(folder)
      refuseForeign(join(folder, 'data.mdb'))
      return openDatabase(folder, 2)
    } catch (error) {
      throw explainFeedWrite(error, folder)
    }
  }
  try {
    return attempt()
  } catch (error) {
    if (isDiskFull(error)) throw error
    rmSync(folder, { recursive: true, force: true })
    return attempt()
  }
}

function prefixOf({ field, value }: Equality, partition: number): Buffer {
  const hash = createHash('sha256')
    .update(JSON.stringify([field, value]))
    .digest()
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES)
  hash.copy(prefix, 0, 0, 16)
  prefix.writeUInt32BE(partition, 16)
  return prefix
}
