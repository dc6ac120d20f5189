import { randomBytes, randomInt } from 'node:crypto'
import { Client } from 'pg'

/** Rows alive at a time, about. */
const ROWS = 2_000
const RETRY_MS = 200

/**
 * Clients that keep changing rows, each in transactions of its own rows: inserts, updates that leave the large column alone
 * or set it, deletes and inserts of the same key again. A transaction that fails, because the database is away, is
 * given up; whether it was committed only the database knows.
 */
export class Writers {
  private readonly clients: Promise<void>[] = []
  private stopping = false
  /** Why the last transaction that failed did. */
  lastError: unknown

  constructor(
    private readonly url: string,
    count: number,
  ) {
    for (let index = 0; index < count; index += 1) this.clients.push(this.run(index, count))
  }

  async stop(): Promise<void> {
    this.stopping = true
    await Promise.all(this.clients)
  }

  private async run(index: number, count: number): Promise<void> {
    while (!this.stopping) {
      const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 })
      client.on('error', () => undefined)
      try {
        await client.connect()
        while (!this.isStopping()) await this.transaction(client, index, count)
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
}

/**
 * Inserts a row or updates it: the version grows by one from where the row's history ended, so that no two steps of a row
 * are alike.
 */
const CHANGE = `
INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, notes, external_id, attributes, labels)
SELECT $1::bigint, 'row', 'active', $1::bigint, 1.5,
       coalesce((SELECT version FROM fault_version WHERE id = $1::bigint), 0) + 1, true, $2::text,
       gen_random_uuid(), '{}', '{}'
ON CONFLICT (id) DO UPDATE
SET quantity = EXCLUDED.quantity, notes = coalesce($2::text, wildapp_primary.notes)`

/** Too random to be compressed, so that PostgreSQL stores it out of line. */
const largeText = (): string => randomBytes(2_500).toString('base64')
