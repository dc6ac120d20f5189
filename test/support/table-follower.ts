import { TransactionalPosition, followFeed } from '../../src/client'

/*
 * A service that follows a feed into a table of its own, to be killed: node --require tsx/cjs table-follower.ts <feed server> <postgres://...>
 */
const [url = '', database = ''] = process.argv.slice(2)
const stopping = new AbortController()
process.once('SIGTERM', () => stopping.abort())

followFeed({
  url,
  feed: 'wildapp.primary',
  signal: stopping.signal,
  position: new TransactionalPosition({ url: database, name: 'table' }),
  handle: async ({ data }, client) => {
    const { id, subject } = data['header'] as Readonly<Record<string, string>>
    await client.query('INSERT INTO followed (id, subject) VALUES ($1, $2)', [id, subject])
  },
}).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
