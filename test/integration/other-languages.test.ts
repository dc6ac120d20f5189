import type { StrangersFact } from '../support/python-reader'
import { readWithPython } from '../support/python-reader'
import { CHANGES, DEAD_LETTERS, FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

const ROWS = 200

let line: RunningLine
let facts: readonly StrangersFact[]

jest.setTimeout(120_000)
beforeAll(async () => {
  line = await RunningLine.start()
  await line.pipeline().ready()
  await line.seed(ROWS)
  facts = await waitFor(
    'the facts of all rows',
    async () => {
      if ((await line.end(FACTS)) < BigInt(ROWS)) return false
      const read = await readWithPython(line.config, FACTS, 'wildapp.primary.v1.Primary')
      return read.length === ROWS && read
    },
    120_000,
  )
}, 400_000)
afterAll(() => line.stop(), 30_000)

/** The rows as PostgreSQL itself writes what the fact should say; what is null is left out. */
const ROW_SQL = `
  SELECT jsonb_strip_nulls(jsonb_build_object(
    'id', p.id::text, 'secondaryId', p.secondary_id::text, 'title', p.title,
    'status', 'STATUS_' || upper(p.status::text), 'serialNumber', p.serial_number::text, 'amount', p.amount::text,
    'notes', p.notes, 'externalId', p.external_id, 'dueOn', p.due_on::text, 'attributes', p.attributes::text,
    'fingerprint', replace(encode(p.fingerprint, 'base64'), E'\\n', ''),
    'secondary', CASE WHEN s.id IS NULL THEN NULL ELSE jsonb_build_object(
      'id', s.id::text, 'name', s.name, 'code', s.code, 'rating', s.rating::text, 'settings', s.settings::text,
      'tertiary', jsonb_build_object('id', t.id, 'name', t.name, 'region', 'REGION_' || upper(t.region::text),
        'foundedOn', t.founded_on::text)) END)) AS row,
    extract(epoch FROM p.created_at)::text AS created, coalesce(p.labels, '{}') AS labels
  FROM wildapp_primary p LEFT JOIN wildapp_secondary s ON s.id = p.secondary_id
  LEFT JOIN wildapp_tertiary t ON t.id = s.tertiary_id ORDER BY p.id`

interface Row {
  readonly row: Readonly<Record<string, unknown>> & { readonly id: string }
  readonly created: string
  readonly labels: readonly (string | null)[]
}

const rows = (): Promise<readonly Row[]> =>
  withClient(line.config.database.url, async (client) => (await client.query<Row>(ROW_SQL)).rows)

/** Seconds since the epoch with six digits, as PostgreSQL's extract(epoch) has them. */
const epoch = (instant: string): string => {
  const fraction = /\.(\d+)Z$/.exec(instant)?.[1] ?? ''
  return `${Math.floor(Date.parse(instant) / 1000)}.${fraction.padEnd(6, '0').slice(0, 6)}`
}

test("every fact, read by librdkafka and decoded by Confluent's Python deserializer, equals its row", async () => {
  const byKey = new Map(facts.map((fact) => [fact.key, fact.value]))
  for (const { row, created, labels } of await rows()) {
    const fact = byKey.get(row.id)
    expect(fact).toMatchObject(row)
    expect(epoch(String(fact?.['createdAt']))).toBe(created)
    expect(fact?.['labels'] ?? []).toEqual(labels.map((label) => label ?? ''))
  }
  expect(byKey.size).toBe(ROWS)
})

test('the CloudEvents attributes say the same as the header', () => {
  for (const { headers, value, key } of facts) {
    expect(value['header']).toMatchObject({ id: headers['ce_id'], subject: headers['ce_subject'] })
    expect(headers).toMatchObject({
      ce_specversion: '1.0',
      ce_subject: key,
      ce_type: 'wildapp.primary.created',
      'content-type': 'application/protobuf',
    })
  }
})

test('an unreadable change becomes a dead letter, and changes after it continue', async () => {
  const before = await line.end(FACTS)
  const poison = await line.log.producer('poison')
  const transaction = await poison.begin()
  for (const partition of (await line.log.admin.offsets(CHANGES)).keys()) {
    const record = {
      topic: CHANGES,
      partition,
      key: Buffer.from('{"id":1}'),
      value: Buffer.from('not json'),
      timestamp: 1n,
      headers: {},
    }
    await transaction.send([record])
  }
  await transaction.commit()
  await poison.close()
  await waitFor('the dead letters', async () => (await line.end(DEAD_LETTERS)) >= 6n, 60_000)
  await line.seed(10)
  await waitFor('facts after them', async () => (await line.end(FACTS)) >= before + 10n, 60_000)
})
