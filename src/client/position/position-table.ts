import { randomUUID } from 'node:crypto'
import type { ClientBase } from 'pg'
import { Client, Pool } from 'pg'
import { FollowError } from '../errors/follow-error'
import type { HealthCheck, FollowerPosition, PositionRecord } from './position-store'
import { refusing } from './postgres-refusal'

const TABLE = 'facts_follower_position'
const COLUMNS = 'feed, cursor, kept_at, ping, healthcheck_ts'

const CREATE = `CREATE TABLE IF NOT EXISTS ${TABLE} (
  name text PRIMARY KEY,
  owner uuid NOT NULL,
  feed text,
  cursor text,
  kept_at timestamptz,
  ping text,
  healthcheck_ts timestamptz
)`

/** Key of an advisory lock, the same for all followers. */
const CREATE_LOCK = 4_610_237

interface Row extends Omit<PositionRecord, 'kept_at' | 'healthcheck_ts'> {
  readonly kept_at: Date | null
  readonly healthcheck_ts: Date | null
}

export interface PositionTableOptions {
  /** postgres://... */
  readonly url: string
  /** Name of the follower: its row. */
  readonly name: string
}

/**
 * The row of one follower. Every start sets a new owner, and every write checks the owner, so that a follower that was
 * considered dead can no longer write. An unknown outcome, because the connection broke, is resolved before anything else:
 * setting a new owner waits for the old transaction, and fences it.
 */
export class PositionTable {
  private readonly pool: Pool
  private owner: string = randomUUID()
  private isOpen = false
  /** While the outcome of the last write is unknown: the next owner, the same for every attempt. */
  private next: string | undefined

  /** Throws CONFIG_INVALID for an invalid URL. */
  constructor(private readonly options: PositionTableOptions) {
    checkAddress(options.url)
    this.pool = new Pool({
      connectionString: options.url,
      max: 2,
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      application_name: 'facts follow',
    })
    // An idle connection that breaks is replaced when it is needed.
    this.pool.on('error', () => undefined)
  }

  async open(): Promise<PositionRecord> {
    return refusing(async () => {
      await this.createTable()
      const { rows } = await this.pool.query<Row>(
        `INSERT INTO ${TABLE} (name, owner) VALUES ($1, $2)
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner RETURNING ${COLUMNS}`,
        [this.options.name, this.owner],
      )
      this.isOpen = true
      return this.only(rows)
    })
  }

  async keep(reached: FollowerPosition): Promise<void> {
    await this.recover()
    await this.writing(() => this.update(this.pool, reached))
  }

  /** Does the work and stores the position in one transaction, unless that was committed already. */
  async commit(
    reached: FollowerPosition,
    work: (client: ClientBase) => Promise<void>,
  ): Promise<void> {
    const found = await this.recover()
    if (found?.cursor === reached.cursor) return
    const client = await refusing(() => this.pool.connect())
    // The running query fails itself; without a listener the process would exit.
    const onError = (): void => undefined
    client.on('error', onError)
    let isCommitted = false
    try {
      await refusing(() => client.query('BEGIN'))
      await work(client)
      await this.writing(async () => {
        await this.update(client, reached)
        await client.query('COMMIT')
      })
      isCommitted = true
    } finally {
      // Closing the connection rolls the transaction back.
      client.release(!isCommitted)
      if (isCommitted) client.off('error', onError)
    }
  }

  async check({ ping, healthcheck_ts: time }: HealthCheck): Promise<PositionRecord> {
    if (!this.isOpen) throw this.closed()
    return refusing(async () => {
      const { rows } = await this.pool.query<Row>(
        `UPDATE ${TABLE} SET ping = $2, healthcheck_ts = $3 WHERE name = $1 RETURNING ${COLUMNS}`,
        [this.options.name, ping, time],
      )
      return this.only(rows)
    })
  }

  async close(): Promise<void> {
    this.isOpen = false
    await this.pool.end()
  }

  private async update(
    client: Pick<ClientBase, 'query'>,
    { feed, cursor, kept_at: time }: FollowerPosition,
  ): Promise<void> {
    const values = [this.options.name, this.owner, feed, cursor, time]
    const result = await client.query(
      `UPDATE ${TABLE} SET feed = $3, cursor = $4, kept_at = $5 WHERE name = $1 AND owner = $2`,
      values,
    )
    if (result.rowCount !== 1) throw this.taken()
  }

  /** If it fails, the outcome of the write is unknown. */
  private async writing(work: () => Promise<void>): Promise<void> {
    try {
      await refusing(work)
    } catch (error) {
      this.next ??= randomUUID()
      throw error
    }
  }

  /** Resolves an unknown outcome, and returns the stored position; undefined when there is none to resolve. */
  private async recover(): Promise<PositionRecord | undefined> {
    const { next } = this
    if (!this.isOpen) throw this.closed()
    if (next === undefined) return undefined
    return refusing(async () => {
      const { rows } = await this.pool.query<Row>(
        `UPDATE ${TABLE} SET owner = $2 WHERE name = $1 AND owner IN ($2, $3) RETURNING ${COLUMNS}`,
        [this.options.name, next, this.owner],
      )
      const record = this.only(rows)
      this.owner = next
      this.next = undefined
      return record
    })
  }

  /** A role without the right to create tables can use an existing one. */
  private async createTable(): Promise<void> {
    const { rows } = await this.pool.query<{ readonly name: string | null }>(
      `SELECT to_regclass('${TABLE}')::text AS name`,
    )
    if (rows[0]?.name != null) return
    // Without the lock, concurrent creations could fail.
    await this.pool.query(`SELECT pg_advisory_xact_lock(${CREATE_LOCK}); ${CREATE}`)
  }

  private only(rows: readonly Row[]): PositionRecord {
    const [row] = rows
    if (row === undefined) throw this.taken()
    return {
      ...row,
      kept_at: row.kept_at?.toISOString() ?? null,
      healthcheck_ts: row.healthcheck_ts?.toISOString() ?? null,
    }
  }

  private taken(): FollowError {
    return new FollowError(
      'POSITION_TAKEN',
      `Another follower has taken over the position of "${this.options.name}" in ${TABLE}, or its row was deleted. Give each follower a name of its own.`,
    )
  }

  private closed(): FollowError {
    return new FollowError('POSITION_UNAVAILABLE', `The position in ${TABLE} is not open.`)
  }
}

/** Checked early, because an invalid URL would look like an outage. Errors do not quote it: it may contain a password. */
function checkAddress(url: string): void {
  try {
    new Client({ connectionString: url })
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? ': it names a file that does not exist' : ''
    throw new FollowError(
      'CONFIG_INVALID',
      `The URL of the position's database is invalid${why}. Set one like postgres://user:password@host:5432/database; in the password write characters such as @, / and % as %40, %2F and %25.`,
    )
  }
}
