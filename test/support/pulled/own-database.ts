import { Client } from 'pg'
import type { TestStack } from '../stack'

/** A database of its own on the stack's server, as the superuser, with what the SQL makes. */
export async function ownDatabase(
  stack: TestStack,
  name: string,
  sql: string,
): Promise<{ readonly url: string; readonly client: Client }> {
  const superuser = stack.superuserUrl ?? ''
  const admin = new Client({ connectionString: superuser })
  await admin.connect()
  await admin.query(`CREATE DATABASE ${admin.escapeIdentifier(name)}`)
  await admin.end()
  const url = new URL(superuser)
  url.pathname = `/${encodeURIComponent(name)}`
  const client = new Client({ connectionString: url.href })
  // Ended with the server.
  client.on('error', () => undefined)
  await client.connect()
  await client.query(sql)
  return { url: url.href, client }
}
