import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from '@node-rs/crc32'
import type { Database, RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import { explainWrite } from '../../lmdb/disk-full'
import { OpenMark, bootId } from '../../lmdb/open-mark'
import { privateFile, privateFolder } from '../../lmdb/private-folder'
import { refuseForeign } from '../../lmdb/refuse-foreign'
import { FactsError } from '../../errors'
import type { Logger } from '../../telemetry'
import { isHashed, isShort, splitKey, storedKey, withKey } from './long-key'
import type { Changes, Checkpoint, StateBackend, TaskDatabase } from './state-backend'

const FORMAT = 1
/** LMDB's own names. */
const [DATA, LOCK] = ['data.mdb', 'lock.mdb']
const CHECKSUM_BYTES = 4
/** Values per page when all are listed. */
const PAGE = 500

interface Meta {
  readonly format: number
  readonly owner: string
}

/**
 * State in LMDB, a folder per task: synchronous reads, larger than memory, several processes of one machine may open
 * it. Written without fsync: a copy that was open when the machine went down is removed and restored from the changelog; each
 * value has a CRC-32, so corruption on disk is detected.
 */
export class LmdbBackend implements StateBackend {
  constructor(
    private readonly folder: string,
    private readonly logger: Logger,
    /** Boot id of the machine. */
    private readonly boot = bootId(),
  ) {}

  open(taskId: string, stores: readonly string[]): TaskDatabase {
    const path = join(this.folder, taskId)
    try {
      privateFolder(this.folder)
      return new LmdbDatabase(path, stores, this.boot)
    } catch (error) {
      // Removing the copy would free space, but require a complete restore.
      if (error instanceof FactsError && error.code === 'DISK_FULL')
        throw error.at({ task: taskId })
      this.logger.warn(
        { task: taskId, path, err: error },
        'The local state cannot be opened; it is removed and restored from the changelog',
      )
      rmSync(path, { recursive: true, force: true })
    }
    try {
      return new LmdbDatabase(path, stores, this.boot)
    } catch (cause) {
      if (cause instanceof FactsError) throw cause.at({ task: taskId })
      throw new FactsError(
        'STATE_UNAVAILABLE',
        `The local state in ${path} cannot be opened: ${(cause as Error).message}. Check the disk and the folder's permissions, or choose another folder (FACTS_PIPELINE_STATE_DIR).`,
        { task: taskId, cause },
      )
    }
  }
}

class LmdbDatabase implements TaskDatabase {
  private readonly root: RootDatabase<unknown, string>
  private readonly meta: Database<unknown, string>
  private readonly stores = new Map<string, Database<Buffer, string>>()
  private readonly owner = randomUUID()
  private readonly mark: OpenMark

  constructor(
    private readonly path: string,
    stores: readonly string[],
    boot: string,
  ) {
    privateFolder(path)
    this.mark = new OpenMark(path, boot)
    this.mark.check()
    refuseForeign(join(path, DATA))
    this.written(() => this.mark.open())
    // They contain rows, and LMDB would make them world-readable.
    for (const name of [DATA, LOCK]) privateFile(join(path, name))
    this.root = open({
      path,
      // Otherwise a dot in the name would make it a file.
      noSubdir: false,
      maxDbs: stores.length + 1,
      noSync: true,
      overlappingSync: false,
    })
    this.meta = this.root.openDB({ name: 'meta', encoding: 'json' })
    for (const store of stores) this.stores.set(store, this.openStore(store))
    const meta = this.meta.get('meta') as Meta | undefined
    if (meta !== undefined && meta.format !== FORMAT) {
      this.close()
      throw new Error(`its format is ${meta.format}, expected ${FORMAT}`)
    }
    this.write(() => {
      void this.meta.put('meta', { format: FORMAT, owner: this.owner } satisfies Meta)
    })
  }

  get(store: string, key: string): Buffer | undefined {
    const rows = this.store(store)
    const stored = storedKey(key)
    const bytes = rows.get(stored)
    if (bytes === undefined) {
      // Format of earlier versions.
      const plain = isHashed(stored) && isShort(key) ? rows.get(key) : undefined
      return plain === undefined ? undefined : this.checked(plain, store, key)
    }
    const value = this.checked(bytes, store, key)
    if (!isHashed(stored)) return value
    const found = splitKey(value)
    if (found.key !== key) throw new Error(`two keys of ${store} have the hash ${stored}`)
    return found.value
  }

  *entries(store: string): Iterable<readonly [string, Buffer]> {
    for (const { key, value } of this.pages(store)) {
      // See long-key.ts: written by an earlier version. After a restore it is stored under its hash.
      if (typeof (key as unknown) !== 'string') throw this.corrupt(store, JSON.stringify(key))
      const bytes = this.checked(value, store, key)
      if (isHashed(key)) {
        const found = splitKey(bytes)
        yield [found.key, found.value]
      } else yield [key, bytes]
    }
  }

  /** In pages, so that no cursor, and with it no snapshot of the file, stays open while other work runs. */
  private *pages(store: string): Iterable<{ readonly key: string; readonly value: Buffer }> {
    let last: string | undefined
    for (;;) {
      const from = last === undefined ? {} : { start: last }
      const page = [...this.store(store).getRange({ ...from, limit: PAGE })]
      for (const entry of page) if (entry.key !== last) yield entry
      if (page.length < PAGE) return
      last = page.at(-1)?.key
    }
  }

  checkpoint(store: string): Checkpoint | undefined {
    const found = this.meta.get(`checkpoint ${store}`) as
      { readonly origin: string; readonly offset: string; readonly at?: number } | undefined
    if (found === undefined) return undefined
    return { origin: found.origin, offset: BigInt(found.offset), at: found.at }
  }

  apply(store: string, changes: Changes, { origin, offset, at }: Checkpoint): boolean {
    const rows = this.store(store)
    // LMDB allows one writing process at a time: no process takes the database over between the check and the writes.
    return this.write(() => {
      if ((this.meta.get('meta') as Meta | undefined)?.owner !== this.owner) return false
      for (const [key, value] of changes) {
        const stored = storedKey(key)
        if (isHashed(stored) && isShort(key)) void rows.remove(key)
        if (value === null) void rows.remove(stored)
        else void rows.put(stored, sealed(isHashed(stored) ? withKey(key, value) : value))
      }
      void this.meta.put(`checkpoint ${store}`, { origin, offset: offset.toString(), at })
      return true
    })
  }

  clear(store: string): void {
    this.write(() => {
      this.store(store).clearSync()
      void this.meta.remove(`checkpoint ${store}`)
    })
  }

  close(): void {
    this.mark.close(DATA)
    void this.root.close()
  }

  private write<T>(changes: () => T): T {
    return this.written(() => this.root.transactionSync(changes))
  }

  private written<T>(write: () => T): T {
    try {
      return write()
    } catch (error) {
      throw explainWrite(error, this.path, 'FACTS_PIPELINE_STATE_DIR')
    }
  }

  private openStore(name: string): Database<Buffer, string> {
    return this.root.openDB({ name: `store ${name}`, encoding: 'binary' })
  }

  private store(name: string): Database<Buffer, string> {
    const store = this.stores.get(name)
    if (store === undefined) throw new Error(`store ${name} was not declared`)
    return store
  }

  private checked(bytes: Buffer, store: string, key: string): Buffer {
    const end = bytes.length - CHECKSUM_BYTES
    const value = bytes.subarray(0, Math.max(0, end))
    if (end >= 0 && crc32(value) === bytes.readUInt32LE(end)) return value
    throw this.corrupt(store, key)
  }

  private corrupt(store: string, key: string): FactsError {
    return new FactsError(
      'STATE_CORRUPT',
      `The local state in ${this.path} is damaged (a row of ${store}); it is restored from the changelog. Check the disk.`,
      { key },
    )
  }
}

function sealed(value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(value.length + CHECKSUM_BYTES)
  bytes.set(value)
  bytes.writeUInt32LE(crc32(value), value.length)
  return bytes
}
