import { facts as generated } from '../../src/gen/messages'
import { connectClient } from '../../src/connect/connect-client'
import { decodedPrimary } from '../support/decoded-primary'
import { FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { onDatabase, withClient } from '../support/with-client'

const { Kind } = generated.v1
const SLOT = 'wildapp_facts'
jest.setTimeout(240_000)

let line: RunningLine
beforeAll(async () => {
  line = await RunningLine.start()
  line.pipeline()
  await line.seed(20)
}, 300_000)
afterAll(() => line.stop(), 60_000)

/** Rows as the facts tell of them: titles by id. */
async function factState(): Promise<ReadonlyMap<string, string>> {
  const rows = new Map<string, string>()
  for (const record of await line.read(FACTS)) {
    const { header, id, title } = decodedPrimary(record)
    if (header?.kind === Kind.KIND_DELETED) rows.delete(String(id))
    else rows.set(String(id), title)
  }
  return rows
}

function tableState(): Promise<ReadonlyMap<string, string>> {
  return withClient(line.config.database.url, async (client) => {
    const { rows } = await client.query<{ id: string; title: string }>(
      'SELECT id::text, title FROM wildapp_primary',
    )
    return new Map(rows.map(({ id, title }) => [id, title]))
  })
}

const isSame = (a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean =>
  a.size === b.size && [...a].every(([id, title]) => b.get(id) === title)

const toAgree = (): Promise<true> =>
  waitFor(
    'facts and table to agree',
    async () => isSame(await factState(), await tableState()),
    120_000,
  )

test('facts come back to the state of the table after the slot was lost with changes in it', async () => {
  await toAgree()
  expect(await line.facts('resync')).toMatchObject({ code: 0 })

  const client = connectClient(line.config.connect)
  await client.stop('monolith')
  const superuser = onDatabase('wildapp', line.stack.superuserUrl ?? '')
  await waitFor(
    'the slot to be dropped',
    () =>
      withClient(superuser, (pg) => pg.query(`SELECT pg_drop_replication_slot('${SLOT}')`)).then(
        () => true,
        () => false,
      ),
    60_000,
  )
  // Nobody captures these.
  await withClient(line.config.database.url, async (pg) => {
    await pg.query(
      'DELETE FROM wildapp_primary WHERE id IN (SELECT id FROM wildapp_primary LIMIT 5)',
    )
    await pg.query(
      `UPDATE wildapp_primary SET title = 'lost' WHERE id IN (SELECT id FROM wildapp_primary LIMIT 3)`,
    )
  })

  const found = await line.facts('resync')
  expect(found).toMatchObject({
    code: 1,
    output: expect.stringContaining('5 rows only in the facts'),
  })
  await line.facts('resync', '--snapshot')
  expect(await line.facts('resync', '--remove')).toMatchObject({
    code: 0,
    output: expect.stringContaining('5 rows were handed over'),
  })
  await toAgree()
  expect(await line.facts('resync')).toMatchObject({ code: 0 })
})
