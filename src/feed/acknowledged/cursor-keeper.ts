import type { Log, TransactionalProducer } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import type { OutputRecord } from '../../topology/record'
import { storedUnknown, unreadable } from './keeping-failed'
import { within } from '../within'
import { CursorTable, isFinal } from './cursor-table'
import type { CursorOwner, KeptCursor } from './kept-cursor'
import { encodeKept, ownerKey } from './kept-cursor'

export interface CursorKeeperOptions {
  readonly log: Pick<Log, 'reader' | 'producer'>
  readonly topic: string
  /** Unique to this server and stable across restarts: a restart aborts the transaction that it left open. */
  readonly transactionalId: string
  readonly logger: Logger
}

/** Returns the cursor to store, given the stored one; undefined deletes it. Throws Problem to reject the change. */
export type Decision = (kept: KeptCursor | undefined) => KeptCursor | undefined

interface Request extends CursorOwner {
  readonly decide: Decision
  readonly resolve: (kept: KeptCursor | undefined) => void
  readonly reject: (error: unknown) => void
}

/** Milliseconds for which requests are collected into one transaction. */
const GATHER_MS = 5
const DEADLINE_MS = 5_000
const STOP_MS = 1_000
/** Maximum size of one transaction; a topic accepts 1 MiB at once by default. */
const MAX_BYTES = 512 * 1024

/**
 * The cursors that consumers have acknowledged, in a compacted topic, the source of truth, which each server reads as a table.
 * A request is answered only when the table has the change, so any server that catches up before answering has it too.
 */
export class CursorKeeper {
  private opening: Promise<CursorTable> | undefined
  private producing: Promise<TransactionalProducer> | undefined
  private queue: Request[] = []
  private flushing: Promise<void> | undefined
  private isStopped = false

  constructor(private readonly options: CursorKeeperOptions) {}

  /** Reads the table and aborts the transaction that a killed server left open; if that fails, the first request retries it. */
  start(): void {
    const warn = (error: unknown): void =>
      this.options.logger.warn(
        { err: error, topic: this.options.topic },
        'Acknowledged cursors cannot be stored yet. Does the topic exist ("facts provision")?',
      )
    this.table().catch(warn)
    this.producer().catch(warn)
  }

  async stop(): Promise<void> {
    this.isStopped = true
    await this.flushing
    const closing = Promise.allSettled([
      this.opening?.then((table) => table.close()),
      this.producing?.then((producer) => producer.close()),
    ])
    // While Kafka is unavailable opening may take long; what is being opened is closed once it is open.
    await within(STOP_MS, closing).catch(() => undefined)
  }

  /** The current cursor, on whichever server it was acknowledged. Throws Problem `upstream-lost` or `upstream-refused`. */
  async get(owner: CursorOwner): Promise<KeptCursor | undefined> {
    const table = await this.caughtUp()
    return table.get(ownerKey(owner))
  }

  /** Resolves when it is durable. Throws Problem `upstream-lost` or `upstream-refused`: the outcome is then unknown. */
  change(owner: CursorOwner, decide: Decision): Promise<KeptCursor | undefined> {
    return new Promise((resolve, reject) => {
      this.queue.push({ ...owner, decide, resolve, reject })
      this.flushing ??= this.flush().finally(() => (this.flushing = undefined))
    })
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS))
      const requests = this.queue
      this.queue = []
      await this.store(requests).catch((error: unknown) => {
        for (const { reject } of requests) reject(error)
      })
    }
  }

  /** Requests that do not fit into the transaction return to the queue. */
  private async store(requests: readonly Request[]): Promise<void> {
    const table = await this.caughtUp()
    const staged = new Map<string, KeptCursor | undefined>()
    const taken: { readonly request: Request; readonly kept: KeptCursor | undefined }[] = []
    const records: OutputRecord[] = []
    let size = 0
    for (const [index, request] of requests.entries()) {
      if (size > MAX_BYTES) {
        this.queue.unshift(...requests.slice(index))
        break
      }
      const key = ownerKey(request)
      try {
        const kept = request.decide(staged.has(key) ? staged.get(key) : table.get(key))
        staged.set(key, kept)
        taken.push({ request, kept })
        records.push(this.record(key, kept))
        size += records.at(-1)?.value?.length ?? 0
      } catch (error) {
        request.reject(error)
      }
    }
    if (records.length === 0) return
    try {
      const end = await within(DEADLINE_MS, this.write(records))
      await within(DEADLINE_MS, table.reached(end))
    } catch (error) {
      this.giveUpProducer(error)
      const problem = storedUnknown(error)
      for (const { request } of taken) request.reject(problem)
      return
    }
    for (const { request, kept } of taken) request.resolve(kept)
  }

  private record(key: string, kept: KeptCursor | undefined): OutputRecord {
    return {
      topic: this.options.topic,
      partition: 0,
      key: Buffer.from(key),
      value: kept === undefined ? null : encodeKept(kept),
      timestamp: BigInt(Date.now()),
      headers: {},
    }
  }

  /** Returns the offset after the records. */
  private async write(records: readonly OutputRecord[]): Promise<bigint> {
    const producer = await this.producer()
    const transaction = await producer.begin()
    const [appended] = await transaction.send(records)
    await transaction.commit()
    return appended?.end ?? 0n
  }

  private async caughtUp(): Promise<CursorTable> {
    try {
      const table = await within(DEADLINE_MS, this.table())
      await within(DEADLINE_MS, table.catchUp())
      return table
    } catch (error) {
      this.options.logger.warn({ err: error }, 'Acknowledged cursors cannot be read')
      if (isFinal(error)) this.giveUpTable()
      throw unreadable(error)
    }
  }

  private table(): Promise<CursorTable> {
    const { log, topic } = this.options
    return (this.opening ??= this.once(CursorTable.open(log, topic), () => {
      this.opening = undefined
    }))
  }

  private producer(): Promise<TransactionalProducer> {
    const { log, transactionalId } = this.options
    return (this.producing ??= this.once(log.producer(transactionalId), () => {
      this.producing = undefined
    }))
  }

  private once<T>(work: Promise<T>, forget: () => void): Promise<T> {
    if (this.isStopped) return Promise.reject(new Error('stopped'))
    work.catch(forget)
    return work
  }

  /** The open transaction may have been committed; otherwise the next producer with the id aborts it. */
  private giveUpProducer(error: unknown): void {
    this.options.logger.warn({ err: error }, 'Acknowledged cursors could not be stored')
    this.producing?.then((producer) => producer.close()).catch(() => undefined)
    this.producing = undefined
  }

  /** The table is read again. */
  private giveUpTable(): void {
    this.opening?.then((table) => table.close()).catch(() => undefined)
    this.opening = undefined
  }
}
