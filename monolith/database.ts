import { drizzle } from 'drizzle-orm/node-postgres'
import type { NodePgDatabase } from 'drizzle-orm/node-postgres'
import { Client } from 'pg'
import { explain } from './problem'
import { placeOf } from './settings'

export interface Database {
  /** Queries through the models. */
  readonly orm: NodePgDatabase
  /** The one connection below it, for statements that no model covers. */
  readonly client: Client
}

/**
 * Runs `work` with one connection and closes it. Connection errors, also from `work`, become Problems that say what to do.
 * A single connection on purpose: statements then commit in the order they were issued.
 */
export async function withDatabase<T>(
  url: string,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const client = new Client({
    connectionString: url,
    application_name: 'monolith',
    connectionTimeoutMillis: 10_000,
  })
  // Without a listener a connection lost between queries would end the process with a stack trace.
  let lost: Error | undefined
  client.on('error', (error) => (lost = error))
  try {
    await client.connect()
    return await work({ orm: drizzle(client), client })
  } catch (error) {
    throw explain(lost ?? error, placeOf(url))
  } finally {
    await client.end().catch(() => undefined)
  }
}
