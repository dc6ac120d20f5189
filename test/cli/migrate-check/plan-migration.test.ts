import * as column from '../../../src/table/columns'
import type { Columns } from '../../../src/table/shape/table-shape'
import { TableShape } from '../../../src/table/shape/table-shape'
import type { CatalogColumn, ColumnViews } from '../../../src/cli/migrate-check/plan-migration'
import { planMigration, schemaStep } from '../../../src/cli/migrate-check/plan-migration'

const key = { id: column.bigint() }
const shape = (columns: Columns): TableShape =>
  new TableShape('m.public.things', key, columns, false)
const kept = (columns: Columns): ColumnViews['kept'] =>
  shape(columns).columns.map(({ name, column: { type } }) => ({ name, kind: type.kind }))
const inDatabase = (
  name: string,
  type = 'text',
  options: Partial<CatalogColumn> = {},
): CatalogColumn => ({ name, type, isNotNull: true, isStreamed: true, ...options })
const ID = inDatabase('id', 'bigint')

const plan = (
  declared: Columns,
  before: Columns | undefined,
  catalog: readonly CatalogColumn[] | undefined,
): ReturnType<typeof planMigration> =>
  planMigration([
    {
      table: 'public.things',
      declared: shape(declared).columns,
      kept: before && kept(before),
      catalog,
    },
  ])

const TITLE = { title: column.text() }
const SIZE = { size: column.integer().nullable() }
const A_TITLE = inDatabase('title')
const A_SIZE = inDatabase('size', 'integer', { isNotNull: false })

test('what is the same everywhere needs nothing', () => {
  expect(plan(TITLE, TITLE, [ID, A_TITLE])).toEqual({ before: [], after: [], notes: [] })
  expect(plan(TITLE, undefined, undefined)).toEqual({ before: [], after: [], notes: [] })
})

describe('before the declaration is deployed', () => {
  test.each<
    [what: string, declared: Columns, before: Columns, catalog: CatalogColumn[], step: string]
  >([
    [
      'a new column is added to the table',
      { ...TITLE, ...SIZE },
      TITLE,
      [ID, A_TITLE],
      'ALTER TABLE public.things ADD COLUMN size',
    ],
    [
      'a new column that is NOT NULL gets a default for older records',
      { ...TITLE, size: column.integer() },
      TITLE,
      [ID, A_TITLE, inDatabase('size', 'integer')],
      'declare public.things.size with .default(value) or .nullable()',
    ],
    [
      'a column that the database no longer has is removed from the declaration',
      { ...TITLE, ...SIZE },
      { ...TITLE, ...SIZE },
      [ID, A_TITLE],
      "remove public.things.size from the declaration, or declare its new name with .renamedFrom('size')",
    ],
    [
      'a type that the column does not have is not declared',
      { title: column.integer() },
      TITLE,
      [ID, A_TITLE],
      'declare public.things.title as what it is, text',
    ],
    [
      'a column that may be NULL is declared so',
      { ...TITLE, size: column.integer() },
      { ...TITLE, size: column.integer() },
      [ID, A_TITLE, A_SIZE],
      'declare public.things.size with .nullable()',
    ],
    [
      'a generated column is published or not declared',
      { ...TITLE, ...SIZE },
      { ...TITLE, ...SIZE },
      [ID, A_TITLE, { ...A_SIZE, isStreamed: false }],
      'publish_generated_columns = stored',
    ],
    ['the table is made', TITLE, TITLE, [], 'CREATE TABLE public.things'],
  ])('%s', (_what, declared, before, catalog, step) => {
    const { before: steps, after } = plan(declared, before, catalog)
    expect(steps).toEqual([expect.stringContaining(step)])
    expect(after).toEqual([])
  })
})

describe('afterwards', () => {
  test.each<
    [what: string, declared: Columns, before: Columns, catalog: CatalogColumn[], step: string]
  >([
    [
      'a column that is not declared any more may be dropped',
      TITLE,
      { ...TITLE, ...SIZE },
      [ID, A_TITLE, A_SIZE],
      'ALTER TABLE public.things DROP COLUMN size',
    ],
    [
      'a column is renamed whose old name is declared, too',
      { headline: column.text().renamedFrom('title') },
      TITLE,
      [ID, A_TITLE],
      'ALTER TABLE public.things RENAME COLUMN title TO headline',
    ],
    [
      'a column becomes wider',
      { ...TITLE, size: column.bigint().nullable() },
      { ...TITLE, ...SIZE },
      [ID, A_TITLE, A_SIZE],
      'ALTER TABLE public.things ALTER COLUMN size TYPE bigint',
    ],
  ])('%s', (_what, declared, before, catalog, step) => {
    const { before: steps, after } = plan(declared, before, catalog)
    expect(steps).toEqual([])
    expect(after).toEqual([expect.stringContaining(step)])
  })
})

test('a column that was added in the right order needs nothing but a snapshot, which is said', () => {
  const { before, after, notes } = plan({ ...TITLE, ...SIZE }, TITLE, [ID, A_TITLE, A_SIZE])
  expect([before, after]).toEqual([[], []])
  expect(notes).toEqual([expect.stringContaining('facts resync --snapshot')])
})

test('a column that was renamed or dropped in the right order needs nothing more', () => {
  const renamed = { headline: column.text().renamedFrom('title') }
  const nothing = { before: [], after: [], notes: [] }
  expect(plan(renamed, TITLE, [ID, inDatabase('headline')])).toEqual(nothing)
  expect(plan(TITLE, { ...TITLE, ...SIZE }, [ID, A_TITLE])).toEqual(nothing)
})

test('a schema that readers of the one before can read is registered first, and another one is changed', () => {
  const subject = 'things-value'
  expect(schemaStep('things', { subject, isCompatible: true })).toMatch(/^facts provision/)
  expect(schemaStep('things', { subject, isCompatible: false })).toMatch(
    /^change the proto of things/,
  )
})
