import { Client } from 'pg'

/** Runs `work` with a connection of its own and closes it. */
export async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The same URL with another database. */
export function onDatabase(name: string, url: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}
