import { randomBytes, randomInt } from 'node:crypto'
import { Client } from 'pg'

/** Rows alive at a time, about. */
const ROWS = 2_000
/** Transactions that change all rows of their client in one statement. */
const MANY_PERCENT = 3
const RETRY_MS = 200
/** Rows of any size; one of them is changed every so often. */
const LARGE_ROWS = 5
const LARGE_PAUSE_MS = 2_000
const LARGEST = 8 * 1024 * 1024

/**
 * Clients that keep changing rows, each in transactions of its own rows: inserts, updates that leave the large column alone
 * or set it, deletes and inserts of the same key again; now and then one statement changes many rows, whose changes then
 * share one position in the WAL. One client more changes rows of 0 to 8 MB. A transaction that fails, because the database is
 * away, is given up; whether it was committed only the database knows.
 */
export class Writers {
  private readonly clients: Promise<void>[] = []
  private stopping = false
  /** Why the last transaction that failed did. */
  lastError: unknown

  /** `pauseMs`: between two transactions of a client, asked before each. */
  constructor(
    private readonly url: string,
    count: number,
    private readonly pauseMs: () => number = () => 0,
  ) {
    for (let index = 0; index < count; index += 1) {
      this.clients.push(this.run((client) => this.transaction(client, index, count)))
    }
    this.clients.push(this.run((client) => this.large(client)))
  }

  async stop(): Promise<void> {
    this.stopping = true
    await Promise.all(this.clients)
  }

  private async run(work: (client: Client) => Promise<void>): Promise<void> {
    while (!this.stopping) {
      const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        while (!this.isStopping()) await work(client)
      } catch (error) {
        this.lastError = error
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }

  private isStopping(): boolean {
    return this.stopping
  }

  private async transaction(client: Client, index: number, count: number): Promise<void> {
    await pause(this.pauseMs())
    if (randomInt(0, 100) < MANY_PERCENT) {
      await client.query(CHANGE_MANY, [index + 1, count, ROWS - count + index + 1])
      return
    }
    await client.query('BEGIN')
    const size = randomInt(1, 30)
    for (let change = 0; change < size; change += 1) {
      // Rows of one client only: no deadlocks.
      const id = randomInt(0, ROWS / count) * count + index + 1
      const dice = randomInt(0, 100)
      if (dice < 8) await client.query('DELETE FROM wildapp_primary WHERE id = $1', [id])
      else await client.query(CHANGE, [id, dice < 30 ? largeText() : null])
    }
    await client.query('COMMIT')
  }

  private async large(client: Client): Promise<void> {
    const id = ROWS + 1 + randomInt(0, LARGE_ROWS)
    const dice = randomInt(0, 100)
    if (dice < 10) await client.query('DELETE FROM wildapp_primary WHERE id = $1', [id])
    else await client.query(CHANGE, [id, dice < 40 ? null : textOfAnySize()])
    await pause(LARGE_PAUSE_MS)
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * Inserts rows or updates them: a version grows by one from where the row's history ended, so that no two steps of a row
 * are alike.
 */
const change = (ids: string, notes: string): string => `
INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, notes, external_id, attributes, labels)
SELECT id, 'row', 'active', id, 1.5, coalesce(version, 0) + 1, true, ${notes}, gen_random_uuid(), '{}', '{}'
FROM ${ids} AS ids (id) LEFT JOIN fault_version USING (id)
ON CONFLICT (id) DO UPDATE
SET quantity = EXCLUDED.quantity, notes = coalesce(EXCLUDED.notes, wildapp_primary.notes)`

/** The row $1; $2 is its large value, or null to leave that alone. */
export const CHANGE = change('(VALUES ($1::bigint))', '$2::text')

/** All rows of one client: from $1 in steps of $2 to $3. */
export const CHANGE_MANY = change('generate_series($1::bigint, $3::bigint, $2::bigint)', 'NULL')

/** Too random to be compressed, so that PostgreSQL stores it out of line. */
export const largeText = (bytes = 2_500): string => randomBytes(bytes).toString('base64')

/** From nothing to 8 MB, each order of magnitude as often as another. */
function textOfAnySize(): string {
  const size = Math.floor(LARGEST ** Math.random())
  return largeText(Math.ceil((size * 3) / 4)).slice(0, size - 1)
}
