import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'
import type { RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import type { Step, Violations } from './checker'
import { check } from './checker'
import { FactWatch } from './fact-watch'
import { readHistory } from './history'

/** Enough for every partition to have some. */
const ROWS = 200
/** Of one transaction; one of them is set to a large text, and another row is deleted. */
const CHANGED = 20
/** Between two transactions. */
const PAUSE_MS = 100
const FLOW_MS = 90_000
const SETTLE_MS = 120_000

/** Rows that belong to one test and keep changing, and the facts of them. Needs the history to be installed. */
export class ChangingRows {
  private readonly watch: FactWatch
  private writing: Promise<void> = Promise.resolve()
  private stopping = false
  private round = 0

  private constructor(
    private readonly line: RunningLine,
    /** The lowest of the ids. */
    private readonly first: number,
  ) {
    this.watch = new FactWatch(line.log, line.config.topics.partitions)
  }

  static async start(line: RunningLine, first: number): Promise<ChangingRows> {
    const rows = new ChangingRows(line, first)
    await rows.watch.start()
    return rows
  }

  /** Until they are compared; about 2 kB for each change have to pass. */
  keepChanging(pauseMs = PAUSE_MS): void {
    this.stopping = false
    this.writing = withClient(this.line.config.database.url, async (client) => {
      while (!this.isStopping()) {
        await this.transaction(client)
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    })
    this.writing.catch(() => undefined)
  }

  /** A number of transactions, one after the other at once. */
  change(transactions: number): Promise<void> {
    return withClient(this.line.config.database.url, async (client) => {
      for (let count = 0; count < transactions; count += 1) await this.transaction(client)
    })
  }

  /** Waits for a fact of every partition whose change was committed after now; gives the milliseconds until then. */
  flowing(deadlineMs = FLOW_MS): Promise<number> {
    return this.watch.flowing(deadlineMs)
  }

  /** Ends the changes, waits for what is missing, and compares the facts with the database's history. */
  async compare(): Promise<Violations> {
    await this.endChanges()
    const all = await withClient(this.line.config.database.url, readHistory)
    const history = this.mine(all)
    const count = (steps: ReadonlyMap<string, readonly Step[]>): number =>
      [...steps.values()].reduce((sum, { length }) => sum + length, 0)
    // Losses are reported by the comparison.
    await waitFor(
      'a fact of each change',
      () => count(this.mine(this.watch.steps)) >= count(history),
      SETTLE_MS,
    ).catch(() => undefined)
    // What comes too many may come late.
    await this.line.committed(SETTLE_MS)
    await this.watch.catchUp()
    if (count(history) === 0) throw new Error('no row was changed')
    return check(history, this.mine(this.watch.steps))
  }

  async stop(): Promise<void> {
    await this.endChanges()
    await this.watch.stop()
  }

  private async endChanges(): Promise<void> {
    this.stopping = true
    await this.writing
  }

  private isStopping(): boolean {
    return this.stopping
  }

  private mine(steps: ReadonlyMap<string, readonly Step[]>): ReadonlyMap<string, readonly Step[]> {
    const isMine = (id: number): boolean => id >= this.first && id < this.first + ROWS
    return new Map([...steps].filter(([id]) => isMine(Number(id))))
  }

  private async transaction(client: Client): Promise<void> {
    const from = this.first + ((this.round * CHANGED) % ROWS)
    this.round += 1
    await client.query('BEGIN')
    await client.query(CHANGE, [from, from + CHANGED - 1, this.round % CHANGED, largeText()])
    await client.query('DELETE FROM wildapp_primary WHERE id = $1', [
      this.first + ((this.round * 7) % ROWS),
    ])
    await client.query('COMMIT')
  }
}

/** Inserts or updates the rows from $1 to $2; a version continues from where the row's history ended. */
const CHANGE = `
INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, notes, external_id, attributes, labels)
SELECT id, 'row', 'active', id, 1.5, coalesce(version, 0) + 1, true,
  CASE WHEN id = $1::bigint + $3::bigint THEN $4::text END, gen_random_uuid(), '{}', '{}'
FROM generate_series($1::bigint, $2::bigint) AS ids (id) LEFT JOIN fault_version USING (id)
ON CONFLICT (id) DO UPDATE
SET quantity = EXCLUDED.quantity, notes = coalesce(EXCLUDED.notes, wildapp_primary.notes)`

/** Too random to be compressed, so that PostgreSQL stores it out of line. */
const largeText = (): string => randomBytes(2_500).toString('base64')
