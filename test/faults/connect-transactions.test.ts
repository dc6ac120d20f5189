import type { PipelineProcess } from '../support/pipeline-process'
import { CHANGES, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'
import { NOTHING } from './checker'
import { compareWithHistory } from './fact-account'
import { installHistory } from './history'
import { CHANGE_MANY } from './writers'

/*
 * Kafka Connect with its exactly-once support for sources (KIP-618): it writes changes and its place in transactions, so
 * that nothing is delivered again, and what it did not finish is on the topic, aborted.
 */
const ROWS = 6_000

let line: RunningLine
let pipeline: PipelineProcess

jest.setTimeout(300_000)
beforeAll(async () => {
  line = await RunningLine.start({
    settings: { connect: { 'exactly.once.source.support': 'enabled' } },
  })
  await withClient(line.config.database.url, installHistory)
  pipeline = line.pipeline()
  await pipeline.ready()
}, 180_000)
afterAll(() => line.stop(), 60_000)

const changeAll = (): Promise<unknown> =>
  withClient(line.config.database.url, (client) => client.query(CHANGE_MANY, [1, 1, ROWS]))

test('a worker that is killed inside its transactions makes no fact of what was aborted, and delivers nothing again', async () => {
  for (let round = 0; round < 3; round += 1) {
    const before = await line.end(CHANGES)
    await changeAll()
    await waitFor('a third of it', async () => {
      return (await line.end(CHANGES)) >= before + BigInt(ROWS / 3)
    })
    await line.stack.kill('connect')
    await line.stack.startAgain('connect')
    expect(await compareWithHistory(line)).toEqual(NOTHING)
  }
  // Markers take offsets: it did write in transactions.
  expect(await line.end(CHANGES)).toBeGreaterThan(BigInt(3 * ROWS))
  expect(await line.read(CHANGES)).toHaveLength(3 * ROWS)
  expect(await pipeline.counted('facts_drops_total', 'reason="duplicate"')).toBe(0)
})
