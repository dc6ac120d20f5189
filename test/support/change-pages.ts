import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as column from '../../src/table/columns'
import { defineTable } from '../../src/table/table'
import type { Columns } from '../../src/table/shape/table-shape'
import { packageRoot } from '../../src/package-root'
import type { Fact } from '../../src/fact/declare/define-fact'
import { defineFact } from '../../src/fact/declare/define-fact'
import { factTopic } from '../../src/fact/declare/fact-topic'
import { wildapp } from '../../src/wildapp/gen/messages'
import { rowText } from './recorded-state'

/** A page of docs/what-happens-when, and what it is about. */
export interface Page {
  readonly name: string
  /** Declared before and afterwards, besides id and title. */
  readonly before: Columns
  readonly after: Columns
  /** What is declared afterwards in the place of that, where it is not the same table with other columns. */
  readonly deployed?: readonly Declared[]
  /** Written when all is done: what only the new declaration can read. */
  readonly news: string
}

/** A table as it is declared for a page, and the fact that is made of it. */
export interface Declared {
  readonly fact: string
  readonly table: string
  /** One column. */
  readonly key: Columns
  readonly columns: Columns
}

const note = { note: column.text().nullable() }
export const PAGES: readonly Page[] = [
  {
    name: 'add-column',
    before: {},
    after: { note: column.text().default('none') },
    news: `UPDATE orders SET note = 'new' WHERE id % 3 = 0`,
  },
  { name: 'drop-column', before: note, after: {}, news: `UPDATE orders SET title = 'dropped'` },
  {
    name: 'rename-column',
    before: note,
    after: { remark: column.text().nullable().renamedFrom('note') },
    news: `UPDATE orders SET remark = 'new' WHERE id % 3 = 0`,
  },
  {
    name: 'retype-column',
    before: { amount: column.integer() },
    after: { amount: column.bigint() },
    news: `UPDATE orders SET amount = 5000000000 WHERE id % 3 = 0`,
  },
  {
    name: 'enum-value',
    before: { state: column.enumeration('new') },
    after: { state: column.enumeration('new', 'sent') },
    news: `UPDATE orders SET state = 'sent' WHERE id % 3 = 0`,
  },
  {
    name: 'new-key',
    before: {},
    after: {},
    deployed: [
      {
        fact: 'new-key-by-number',
        table: 'orders_new_key_by_number',
        key: { number: column.bigint() },
        columns: { id: column.bigint(), title: column.text() },
      },
    ],
    news: `UPDATE orders SET title = 'known by its number' WHERE id % 3 = 0`,
  },
  {
    name: 'split-table',
    before: note,
    after: {},
    deployed: [
      {
        fact: 'split-table',
        table: 'orders_split_table',
        key: { id: column.bigint() },
        columns: { title: column.text() },
      },
      {
        fact: 'split-table-notes',
        table: 'order_notes',
        key: { id: column.bigint() },
        columns: { note: column.text() },
      },
    ],
    news: `UPDATE order_notes SET note = 'apart' WHERE id % 3 = 0`,
  },
]
/** Each page has a table of its own, which the pages call orders. */
export const tableOf = ({ name }: Page): string => `orders_${name.replace('-', '_')}`
export const own = (page: Page, sql: string): string =>
  sql.replaceAll('orders', tableOf(page)).replaceAll('order_state', `${tableOf(page)}_state`)

/** What the page has run before or after the new declaration is deployed. */
export function statements(page: Page, when: 'before' | 'after'): string[] {
  const text = readFileSync(
    join(packageRoot(), 'docs/what-happens-when', `${page.name}.md`),
    'utf8',
  )
  const blocks = [...text.matchAll(/^ *```sql (before|after)\n(.*?)^ *```/gms)]
  return blocks.filter(([, kind]) => kind === when).map(([, , sql = '']) => own(page, sql))
}

/** What is declared for a page before its change, and afterwards. */
export const declaredBefore = (page: Page): readonly Declared[] => [ofOrders(page, page.before)]
export const declaredAfter = (page: Page): readonly Declared[] =>
  page.deployed ?? [ofOrders(page, page.after)]

const ofOrders = (page: Page, columns: Columns): Declared => ({
  fact: page.name,
  table: tableOf(page),
  key: { id: column.bigint() },
  columns: { title: column.text(), ...columns },
})

/** A fact with the whole row. */
export function factOf({ fact, table, key, columns }: Declared): Fact {
  const from = defineTable({ topic: `monolith.public.${table}`, key, columns })
  return defineFact({
    name: fact,
    from,
    key: (row) => ({ id: Object.values(row)[0] as bigint }),
    map: ({ row }) => ({
      timestamp: { seconds: 0n, nanos: 0 },
      subscriber: null,
      patchOf: null,
      type: fact,
      payload: rowText(row),
    }),
    to: factTopic(`pages.${fact}`, wildapp.event.v1.Event),
  })
}
