import { FactsError } from '../../errors'
import type { Log, Reader } from '../../broker/ports'
import type { LogRecord } from '../../topology/record'
import type { KeptCursor } from './kept-cursor'
import { decodeKept } from './kept-cursor'

/** The topic of acknowledged cursors as a table that is kept current. It has one partition, so that there is one order. */
export class CursorTable {
  private readonly kept = new Map<string, KeptCursor>()
  private next = 0n
  private waiting: { readonly end: bigint; readonly resolve: () => void }[] = []
  private constructor(private readonly reader: Reader) {}

  /** Resolves when it is complete. Throws FactsError when the topic cannot be read. */
  static async open(log: Pick<Log, 'reader'>, topic: string): Promise<CursorTable> {
    const table = new CursorTable(log.reader([topic]))
    try {
      await table.reader.start((records) => table.take(records))
      await table.catchUp()
      return table
    } catch (error) {
      await table.close()
      throw error
    }
  }

  get(key: string): KeptCursor | undefined {
    return this.kept.get(key)
  }

  /** Resolves when it has everything that was committed before the call. */
  catchUp(): Promise<void> {
    return this.reader.catchUp()
  }

  /** Resolves when it has everything before the offset. */
  reached(end: bigint): Promise<void> {
    if (this.next >= end) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push({ end, resolve }))
  }

  async close(): Promise<void> {
    await this.reader.stop()
  }

  private take(records: readonly LogRecord[]): void {
    for (const { key, value, offset } of records) {
      const kept = value === null ? undefined : decodeKept(value)
      if (kept === undefined) this.kept.delete(String(key))
      else this.kept.set(String(key), kept)
      this.next = offset + 1n
    }
    const isReached = ({ end }: { readonly end: bigint }): boolean => this.next >= end
    const reached = this.waiting.filter(isReached)
    this.waiting = this.waiting.filter((one) => !isReached(one))
    for (const { resolve } of reached) resolve()
  }
}

/** Whether the table is unusable after the error; it survives an outage. */
export const isFinal = (error: unknown): boolean =>
  error instanceof FactsError && error.remedy !== 'retry'
