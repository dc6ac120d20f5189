import type { Fact } from '../../src/fact/declare/define-fact'
import type { facts as generated } from '../../src/gen/messages'
import { facts } from '../../src/gen/messages'
import type { FactMessage } from '../../src/fact/declare/fact-topic'
import type { Driver, DrivenFact } from '../../src/testing/driver'
import { schemas } from '../../src/wildapp/gen/schemas'
import { drive } from '../../src/testing/drive'
import type { LogRecord } from '../../src/topology/record'
import { isValueOf } from '../support/postgres-value'
import { realFact, rowOf, topicOf } from './real-fact'
import type { SentEvent } from './real-feed'
import { pagesOf } from './real-feed'
import { RealLine } from './real-line'
import { TABLES, type RealTable } from './tables'
import { TYPES_SQL } from './types'

type Kind = generated.v1.Kind
const { Kind } = facts.v1

/** Rows that were there before the connector have numbers from 1, those that came while it streamed from 101. */
const STREAMED_FROM = 101

let line: RealLine | undefined
let driver: Driver | undefined
let made: readonly DrivenFact[] = []
let letters: readonly LogRecord[] = []
/** What the feed of each fact tells, by the fact's name. */
let sent: ReadonlyMap<string, readonly SentEvent[]> = new Map()
/** What the connector's registration said to a table that cannot be captured as it was. */
let refusal = ''
/** PostgreSQL's text of the columns of each row, before the deletes. */
const expected = new Map<RealTable, readonly Readonly<Record<string, string | null>>[]>()

const TABLE_FACTS = new Map<RealTable, Fact>(TABLES.map((table) => [table, realFact(table)]))

const sqlOf = (table: RealTable, from: number): string =>
  table.rows.map(({ sql }, index) => sql.replaceAll('$id', String(from + index))).join(';\n')

async function run(database: RealLine['database'], table: RealTable, sql: string): Promise<void> {
  await database.query(sql).catch((error: unknown) => {
    throw new Error(`${table.name}: ${sql}`, { cause: error })
  })
}

/** The records of all tables: a snapshot, then inserts, an update of every row, and a delete for each table. */
async function captured(it: RealLine): Promise<readonly LogRecord[]> {
  const { database } = it
  await database.query(TYPES_SQL)
  for (const table of TABLES) {
    const capture = `SELECT facts_capture('${table.name}');`
    await run(database, table, `${table.sql} ${capture} ${sqlOf(table, 1)}`)
  }
  const declared = [...TABLE_FACTS.values()].map(({ from }) => from.declaration)
  for (const { spoiled } of TABLES) if (spoiled !== undefined) await database.query(spoiled)
  refusal = await it.capture(declared).then(
    () => 'nothing',
    (error: unknown) => String(error),
  )
  // What it says is done as it is written there.
  for (const [statement] of refusal.matchAll(/ALTER TABLE [^;]+;/g)) await database.query(statement)
  await it.capture(declared)
  const topics = TABLES.map(({ name }) => topicOf(name))
  const rows = TABLES.reduce((sum, table) => sum + table.rows.length, 0)
  await it.records(topics, rows)
  for (const table of TABLES) {
    await run(
      database,
      table,
      `${sqlOf(table, STREAMED_FROM)}; UPDATE ${table.name} SET n = coalesce(n, 0) + 1`,
    )
    const columns = Object.entries(table.likes).map(([name, like]) =>
      like === 'hstore' ? `hstore_to_json("${name}")::text AS "${name}"` : `"${name}"::text`,
    )
    const { rows: texts } = await database.query<Record<string, string | null>>(
      `SELECT ${columns.join(', ')} FROM ${table.name}`,
    )
    expected.set(table, texts)
    await run(database, table, `DELETE FROM ${table.name}`)
  }
  // A snapshot's row and its update, an insert and its update, and of each row a delete with its tombstone.
  return it.records(topics, rows * 8)
}

beforeAll(async () => {
  line = await RealLine.start()
  const records = await captured(line)
  driver = await drive([...TABLE_FACTS.values()], { schemas, partitions: 1 })
  for (const record of records) driver.write(record)
  made = await driver.facts()
  letters = await driver.deadLetters()
  sent = await pagesOf(driver, [...TABLE_FACTS.values()])
}, 300_000)

afterAll(async () => {
  await driver?.stop()
  await line?.stop()
}, 60_000)

const ofKind = (table: RealTable, ...kinds: readonly Kind[]): readonly DrivenFact[] =>
  made.filter(({ fact, kind }) => fact === `reality.${table.name}` && kinds.includes(kind))

const payloadOf = ({ message }: DrivenFact): unknown =>
  (message as FactMessage & { readonly payload?: unknown }).payload

const deadOf = (table: RealTable): readonly string[] => [
  ...new Set(
    letters
      .filter(({ headers }) => JSON.stringify(headers).includes(topicOf(table.name)))
      .map(({ key }) => key?.toString() ?? ''),
  ),
]

/** Whether a fact's row is one that PostgreSQL has, by the text of each column. */
function isRow(
  table: RealTable,
  fact: DrivenFact,
  texts: Readonly<Record<string, string | null>>,
): boolean {
  const row = rowOf(String(payloadOf(fact)))
  return Object.entries(table.likes).every(([name, like]) => {
    const text = texts[name] ?? null
    if (like !== 'hstore' || text === null) return isValueOf(like, row[name], text)
    return JSON.stringify(sorted(row[name])) === JSON.stringify(sorted(text))
  })
}

const sorted = (text: unknown): unknown => Object.entries(JSON.parse(String(text)) as object).sort()

test('there are tables enough to speak of any database', () => {
  expect(TABLES.length).toBeGreaterThanOrEqual(150)
})

test('a table whose rows are identified by another index is refused before anything is captured, and what is said helps', () => {
  expect(refusal).toContain(
    'public.wildapp_o_other_index is identified by the index wildapp_o_other_index_code_key (REPLICA IDENTITY USING INDEX)',
  )
  expect(refusal).toContain('ALTER TABLE public.wildapp_o_other_index REPLICA IDENTITY DEFAULT;')
})

describe('what became of', () => {
  test.each(TABLES.map((table) => [table.name, table] as const))(
    '%s is what PostgreSQL says, row by row, or a dead letter where that cannot be seen',
    (_, table) => {
      const rows = table.rows.length
      const count = (refused: readonly string[]): number =>
        table.rows.filter((row) => refused.includes(row.refused)).length
      const refused = count(['always', 'snapshot']) + count(['always'])
      expect(deadOf(table)).toHaveLength(refused)
      const texts = expected.get(table) ?? []
      expect(texts).toHaveLength(2 * rows)
      const shown = ofKind(table, Kind.KIND_SNAPSHOT, Kind.KIND_CREATED, Kind.KIND_UPDATED)
      // Of one row, not of any: that a fact is compared at all is seen by the others.
      const matches = (fact: DrivenFact): number =>
        texts.filter((text) => isRow(table, fact, text)).length
      const wrong = shown.filter((fact) => matches(fact) !== 1)
      expect(wrong.map((fact) => [payloadOf(fact), texts])).toEqual([])
      // Every row is there, by snapshot or insert and by its update, and at last it is deleted.
      const seen = texts.filter((text) => shown.some((fact) => isRow(table, fact, text)))
      expect(new Set(shown.map(({ subject }) => subject)).size).toBe(2 * rows - refused)
      expect(seen.length).toBeGreaterThanOrEqual(2 * rows - refused)
      expect(shown).toHaveLength(2 * (2 * rows - refused))
      expect(ofKind(table, Kind.KIND_DELETED)).toHaveLength(2 * rows - refused)
      // So is what a page of the feed says: the same rows, then that they are gone.
      const events = sent.get(`reality.${table.name}`) ?? []
      const removed = events.filter(({ type }) => type === 'remove')
      expect(removed).toHaveLength(2 * rows - refused)
      const payloads = events.filter((it) => !removed.includes(it)).map(({ data }) => data)
      expect(payloads.map(({ payload }) => payload)).toEqual(shown.map(payloadOf))
    },
  )
})
