/**
 * Exactly once into PostgreSQL: a follower adds payments to balances in the transaction that keeps its position, so that one that
 * fails or is killed after its work counts no payment twice. Works in a schema of its own, facts_example, which it drops.
 *
 *     DATABASE_URL=postgres://user:password@localhost/database npm run --silent example examples/05-into-postgresql.ts
 */
import { Client } from 'pg'
import { bigint, defineFact, defineTable, factTopic, numeric, varchar } from 'pgfacts'
import { TransactionalPosition, followFeed } from 'pgfacts/client'
import { drive, serveFeed } from 'pgfacts/testing'
import { shop } from './gen/messages'
import { schemas } from './gen/schemas'

const paymentTable = defineTable({
  topic: 'shop.public.payment',
  key: { id: bigint() },
  columns: { account: varchar(), amount: numeric(10, 2) },
})

const payment = defineFact({
  name: 'shop.payment',
  from: paymentTable,
  key: ({ id }) => ({ id }),
  map: ({ row }) => ({ account: row.account ?? '', amount: row.amount }),
  to: factTopic('shop.payment.facts', shop.v1.Payment),
})

async function main(database: string): Promise<void> {
  const driver = await drive(payment, { schemas, partitions: 1 })
  driver
    .insert(paymentTable, { id: 1, account: 'Ada', amount: '10.00' })
    .insert(paymentTable, { id: 2, account: 'Ada', amount: '5.50' })
  await driver.settle()
  const feed = await serveFeed(driver)
  const client = new Client({ connectionString: database })
  await client.connect()
  await client.query(`DROP SCHEMA IF EXISTS facts_example CASCADE; CREATE SCHEMA facts_example;
    CREATE TABLE facts_example.balance (account text PRIMARY KEY, amount numeric NOT NULL)`)
  const url = new URL(database)
  url.searchParams.set('options', '-c search_path=facts_example')
  let failures = 1
  /** Follows the feed to its end; each call resumes where the one before ended. */
  const follow = (): Promise<void> =>
    followFeed({
      url: feed.url,
      feed: payment.name,
      until: 'head',
      position: new TransactionalPosition({ url: url.href, name: 'balances' }),
      handle: async ({ data: { id, account, amount } }, transaction) => {
        await transaction.query(
          `INSERT INTO balance VALUES ($1, $2)
           ON CONFLICT (account) DO UPDATE SET amount = balance.amount + excluded.amount`,
          [account, amount],
        )
        console.log('payment', id, amount, account)
        if (id === '2' && failures-- > 0) throw new Error('It fails after its work.')
      },
    })
  await follow()
  driver.insert(paymentTable, { id: 3, account: 'Bob', amount: '7.00' })
  await driver.settle()
  await follow()

  const { rows } = await client.query<Record<string, string>>('TABLE facts_example.balance')
  for (const row of rows) console.log('balance', ...Object.values(row))
  await client.query('DROP SCHEMA facts_example CASCADE')
  await client.end()
  await feed.stop()
  await driver.stop()
}

const database = process.env['DATABASE_URL'] ?? ''
if (database === '') throw new Error('Set DATABASE_URL: postgres://user:password@host/database')
void main(database)
