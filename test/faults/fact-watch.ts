import { createHash } from 'node:crypto'
import type { Log, Reader } from '../../src/broker/ports'
import type { wildapp } from '../../src/wildapp/gen/messages'
import { facts as generated } from '../../src/gen/messages'
import { partitionFor } from '../../src/topology/partitioner'
import type { LogRecord } from '../../src/topology/record'
import { decodedPrimary } from '../support/decoded-primary'
import { FACTS } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import type { Step } from './checker'

const { Kind } = generated.v1

/** A committed reader of the facts that keeps the steps of each row, and notes how far each input partition has come. */
export class FactWatch {
  readonly steps = new Map<string, Step[]>()
  count = 0
  private readonly reader: Reader
  /** By input partition: commit time of the youngest change whose fact was seen, milliseconds since the epoch. */
  private readonly youngest: number[]

  constructor(log: Log, partitions: number) {
    this.reader = log.reader([FACTS])
    this.youngest = Array.from({ length: partitions }, () => 0)
  }

  async start(): Promise<void> {
    await this.reader.start((records) => {
      for (const record of records) this.take(record)
    })
  }

  /** Resolves when everything that is committed now has been read. */
  catchUp(): Promise<void> {
    return this.reader.catchUp()
  }

  stop(): Promise<void> {
    return this.reader.stop()
  }

  /** Waits for a fact of every input partition whose change was committed after now; gives the milliseconds until then. */
  async flowing(deadlineMs: number): Promise<number> {
    const from = Date.now()
    await waitFor(
      'facts of every partition',
      () => this.youngest.every((time) => time > from),
      deadlineMs,
    )
    return Date.now() - from
  }

  /** Age of the youngest change whose fact was seen, of the input partition with the greatest lag. */
  get lagMs(): number {
    return Date.now() - Math.min(...this.youngest)
  }

  /** How many facts it has seen, and how old the youngest change of each input partition is. */
  describe(): string {
    const now = Date.now()
    const ages = this.youngest.map((time) => (time === 0 ? 'none' : `${(now - time) / 1_000} s`))
    return `${this.count} facts, youngest change by input partition: ${ages.join(', ')}`
  }

  private take(record: LogRecord): void {
    const { key, headers } = record
    const id = String(key)
    const step = stepOf(decodedPrimary(record))
    const known = this.steps.get(id)
    if (known === undefined) this.steps.set(id, [step])
    else known.push(step)
    this.count += 1
    const input = partitionFor(Buffer.from(`{"id":${id}}`), this.youngest.length)
    this.youngest[input] = Math.max(
      this.youngest[input] ?? 0,
      Date.parse(String(headers['ce_time'])),
    )
  }
}

function stepOf({ header, quantity, notes }: wildapp.primary.v1.Primary): Step {
  if (header?.kind === Kind.KIND_DELETED) return 'removed'
  const digest = notes == null ? '-' : createHash('md5').update(notes).digest('hex')
  return `${quantity} ${digest}`
}
