import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as column from '../../src/change/columns'
import { defineTable } from '../../src/change/table'
import type { Columns } from '../../src/change/table-shape'
import { projectRoot } from '../../src/config'
import type { Fact } from '../../src/fact/define-fact'
import { defineFact } from '../../src/fact/define-fact'
import { factTopic } from '../../src/fact/fact-topic'
import { wildapp } from '../../src/gen/messages'
import { rowText } from './recorded-state'

/** A page of docs/what-happens-when, and what it is about. */
export interface Page {
  readonly name: string
  /** Declared before and afterwards, besides id and title. */
  readonly before: Columns
  readonly after: Columns
  /** Written when all is done: what only the new declaration can read. */
  readonly news: string
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
]
/** Each page has a table of its own, which the pages call orders. */
export const tableOf = ({ name }: Page): string => `orders_${name.replace('-', '_')}`
export const own = (page: Page, sql: string): string =>
  sql.replaceAll('orders', tableOf(page)).replaceAll('order_state', `${tableOf(page)}_state`)

/** What the page has run before or after the new declaration is deployed. */
export function statements(page: Page, when: 'before' | 'after'): string[] {
  const text = readFileSync(
    join(projectRoot(), 'docs/what-happens-when', `${page.name}.md`),
    'utf8',
  )
  const blocks = [...text.matchAll(/^ *```sql (before|after)\n(.*?)^ *```/gms)]
  return blocks.filter(([, kind]) => kind === when).map(([, , sql = '']) => own(page, sql))
}

/** A fact of the page's table, with these columns declared. */
export function factOf(page: Page, columns: Columns): Fact {
  const from = defineTable({
    topic: `monolith.public.${tableOf(page)}`,
    key: { id: column.bigint() },
    columns: { title: column.text(), ...columns },
  })
  return defineFact({
    ...{ name: page.name, from },
    key: ({ id }) => ({ id }),
    map: ({ row }) => ({
      ...{ timestamp: { seconds: 0n, nanos: 0 }, subscriber: null, patchOf: null },
      ...{ type: row.title ?? '', payload: rowText(row) },
    }),
    to: factTopic(`pages.${page.name}`, wildapp.event.v1.Event),
  })
}
