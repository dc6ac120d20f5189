import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { runExample, shownOutput } from '../support/example'
import { withClient } from '../support/with-client'

const EXAMPLE = '05-into-postgresql.ts'

let stack: TestStack

jest.setTimeout(120_000)
beforeAll(async () => {
  stack = await startTestStack({ services: ['postgres'] })
}, 120_000)
afterAll(() => stack.stop(), 60_000)

test('the example that follows a feed into PostgreSQL prints what the README shows, again and again', async () => {
  const environment = { DATABASE_URL: stack.endpoints.database.url }
  const expected = { code: 0, output: shownOutput(EXAMPLE), errors: '' }
  expect(await runExample(EXAMPLE, environment)).toEqual(expected)
  expect(await runExample(EXAMPLE, environment)).toEqual(expected)
})

test('the example that follows a feed into PostgreSQL leaves nothing in the database', async () => {
  const { url } = stack.endpoints.database
  await runExample(EXAMPLE, { DATABASE_URL: url })
  const tables = await withClient(url, async (client) => {
    const { rows } = await client.query<{ readonly name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relname IN ('balance', 'facts_follower_position')`,
    )
    return rows
  })
  expect(tables).toEqual([])
})
