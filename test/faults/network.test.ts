import type { KafkaRequest } from '../support/kafka-frames'
import type { PipelineProcess } from '../support/pipeline-process'
import { ChangingRows } from './changing-rows'
import { NOTHING } from './checker'
import { NetworkLine } from './network-line'

/*
 * A bad network between the pipelines and the broker. After each fault every fact is compared with the database's history.
 */
jest.setTimeout(600_000)
const END_TXN = 26
/** Kafka's INVALID_PRODUCER_EPOCH and PRODUCER_FENCED. */
const FENCED = [47, 90]

let network: NetworkLine
let rows: ChangingRows
let tests = 0
beforeAll(async () => {
  network = await NetworkLine.start()
}, 300_000)
beforeEach(async () => {
  tests += 1
  rows = await ChangingRows.start(network.line, tests * 1_000)
})
afterEach(async () => {
  await rows.stop()
  await network.clear()
}, 120_000)
afterAll(() => network.stop(), 60_000)

/** The transactional id, which EndTxn begins with, as AddPartitionsToTxn does. */
const transactionalId = ({ body }: KafkaRequest): string =>
  body.toString('utf8', 2, 2 + body.readInt16BE(0))
const isCommit = ({ apiKey, body }: KafkaRequest): boolean =>
  apiKey === END_TXN && body.readInt8(body.length - 1) === 1

/** How often tasks began anew from what was committed, because they did not know how a transaction had ended. */
const restores = (pipeline: PipelineProcess): Promise<number> =>
  pipeline.counted('facts_task_restores_total')

test('when the reply of a commit is lost, the pipeline finds out what was committed, and goes on', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  for (let time = 0; time < 3; time += 1) {
    await network.proxy.next(isCommit, () => 'reply is lost')
    await rows.flowing()
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
  expect(await restores(pipeline)).toBe(3)
})

test('a commit that comes late, into the next transaction of its task, is refused, and tears nothing', async () => {
  const pipeline = network.pipeline()
  rows.keepChanging()
  await rows.flowing()
  for (let time = 0; time < 3; time += 1) {
    const late = await network.proxy.next(isCommit, () => 'held')
    const id = transactionalId(late)
    let answer: Buffer | undefined
    await network.proxy.next(
      (request) => request.apiKey === END_TXN && transactionalId(request) === id,
      async () => {
        answer = await network.proxy.deliver(late)
        return 'passes' as const
      },
    )
    expect(FENCED).toContain(answer?.readInt16BE(4))
    await rows.flowing()
  }
  expect(await rows.compare()).toEqual(NOTHING)
  expect(pipeline.child.exitCode).toBeNull()
  expect(await restores(pipeline)).toBe(3)
})
