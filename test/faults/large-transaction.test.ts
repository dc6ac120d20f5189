import { readFileSync } from 'node:fs'
import { FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

/** Rows of one source transaction; TEST_ROWS=1000000 for the long form. */
const ROWS = Number(process.env['TEST_ROWS'] ?? 100_000)
/** Of the pipeline, MiB, however large the transaction: its own memory, without the pages of its state's file. */
const MOST_MEMORY = 400
const DEADLINE_MS = 120_000 + ROWS

jest.setTimeout(2 * DEADLINE_MS)
let line: RunningLine
beforeAll(async () => {
  line = await RunningLine.start()
}, 180_000)
afterAll(() => line.stop(), 60_000)

/** Anonymous memory of a process, MiB. */
function memoryOf(pid: number | undefined): number {
  const status = readFileSync(`/proc/${pid ?? 0}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1_024
}

test(`a source transaction of ${ROWS} rows becomes as many facts in bounded memory`, async () => {
  const pipeline = line.pipeline()
  await pipeline.ready()
  let most = 0
  const watch = setInterval(() => {
    most = Math.max(most, memoryOf(pipeline.child.pid))
  }, 250)
  const ids = new Set<string>()
  let facts = 0
  const reader = line.log.reader([FACTS])
  try {
    await reader.start((records) => {
      facts += records.length
      for (const { headers } of records) ids.add(String(headers['ce_id']))
    })
    await withClient(line.config.database.url, (client) =>
      client.query(
        `INSERT INTO wildapp_primary (id, title, status, serial_number, amount, quantity, verified, notes, external_id, attributes, labels)
         SELECT id, 'row ' || id, 'active', id, 1.5, 1, true, repeat(md5(id::text), 8), gen_random_uuid(), '{}', '{}'
         FROM generate_series(1, ${ROWS}) AS id`,
      ),
    )
    await waitFor(`${ROWS} facts`, () => facts >= ROWS, DEADLINE_MS)
    await line.committed()
    await reader.catchUp()
  } finally {
    clearInterval(watch)
    await reader.stop()
  }
  expect([facts, ids.size]).toEqual([ROWS, ROWS])
  expect(most).toBeLessThan(MOST_MEMORY)
  process.stdout.write(`${ROWS} rows: at most ${most.toFixed(0)} MiB\n`)
})
