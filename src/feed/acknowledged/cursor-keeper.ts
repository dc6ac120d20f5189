import type { Log, TransactionalProducer } from '../../broker/ports'
import type { Logger } from '../../telemetry'
import type { OutputRecord } from '../../topology/record'
import { Problem } from '../problem'
import { within } from '../within'
import { CursorTable, isFinal } from './cursor-table'
import type { CursorOwner, KeptCursor } from './kept-cursor'
import { encodeKept, ownerKey } from './kept-cursor'

export interface CursorKeeperOptions {
  readonly log: Pick<Log, 'reader' | 'producer'>
  readonly topic: string
  /** Of this server alone, and the same after a restart: what it left open is ended then. */
  readonly transactionalId: string
  readonly logger: Logger
}

/** What is to be kept, given what is kept now; undefined keeps nothing any more. Throws Problem to refuse. */
export type Decision = (kept: KeptCursor | undefined) => KeptCursor | undefined

interface Request extends CursorOwner {
  readonly decide: Decision
  readonly resolve: (kept: KeptCursor | undefined) => void
  readonly reject: (error: unknown) => void
}

/** How long requests are gathered for one transaction. Milliseconds. */
const GATHER_MS = 5
const DEADLINE_MS = 5_000
const STOP_MS = 1_000
/** Of one transaction; a topic takes 1 MiB at once by default. */
const MAX_BYTES = 512 * 1024

/**
 * The cursors that consumers have acknowledged, in a compacted topic: that is the truth, which each server reads as a table.
 * Nothing is answered before the table holds it, so the next server that is asked, having caught up, holds it too.
 */
export class CursorKeeper {
  private opening: Promise<CursorTable> | undefined
  private producing: Promise<TransactionalProducer> | undefined
  private queue: Request[] = []
  private flushing: Promise<void> | undefined
  private isStopped = false

  constructor(private readonly options: CursorKeeperOptions) {}

  /** Reads the table, and ends what this server left open when it was killed; when that fails, the first request does. */
  start(): void {
    const warn = (error: unknown): void =>
      this.options.logger.warn(
        { err: error, topic: this.options.topic },
        'Acknowledged cursors cannot be kept yet. Does the topic exist ("facts provision")?',
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
    // While the log is away something may be opening for a long time yet; it is closed when it is open.
    await within(STOP_MS, closing).catch(() => undefined)
  }

  /** As of now, on whichever server it was acknowledged. Throws Problem `upstream-lost`. */
  async get(owner: CursorOwner): Promise<KeptCursor | undefined> {
    const table = await this.caughtUp()
    return table.get(ownerKey(owner))
  }

  /** Resolves when it is kept for good. Throws Problem `upstream-lost`, and then it may have been kept or not. */
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

  /** Those that do not fit into the transaction go back into the queue. */
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
      const lost = new Problem(
        'upstream-lost',
        'The log does not answer, so whether it was kept is not known. Try again: that does no harm.',
      )
      for (const { request } of taken) request.reject(lost)
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

  /** Gives the offset behind the records. */
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
      throw new Problem(
        'upstream-lost',
        'The log cannot be reached, so what is acknowledged is not known. Try again.',
      )
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

  /** What was under way may have been committed; the next producer of the id ends it otherwise. */
  private giveUpProducer(error: unknown): void {
    this.options.logger.warn({ err: error }, 'Acknowledged cursors could not be kept')
    this.producing?.then((producer) => producer.close()).catch(() => undefined)
    this.producing = undefined
  }

  /** It is read anew. */
  private giveUpTable(): void {
    this.opening?.then((table) => table.close()).catch(() => undefined)
    this.opening = undefined
  }
}
