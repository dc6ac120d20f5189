import { FactsError } from '../../../src/errors'
import { KafkaAdmin } from '../../../src/broker/kafka/admin/kafka-admin'
import type { PartitionOffsets } from '../../../src/broker/ports'
import { createLogger } from '../../../src/telemetry'

const logger = createLogger({ level: 'silent', format: 'json' })
const TOPIC = { name: 't', partitions: 2, replicationFactor: 1, config: {} }
const led = (partitions: number): ReadonlyMap<number, PartitionOffsets> =>
  new Map(Array.from({ length: partitions }, (_, n) => [n, { low: 0n, high: 0n }]))

/** One that has created the topic; its leaders give the configured responses, one after the other. */
function adminOf(...answers: readonly (ReadonlyMap<number, PartitionOffsets> | FactsError)[]): {
  readonly create: () => Promise<readonly string[]>
  readonly asked: () => number
} {
  const admin = new KafkaAdmin({ brokers: ['127.0.0.1:1'], clientId: 'test', logger })
  jest.spyOn(admin, 'partitionCounts').mockResolvedValue(new Map())
  const parts = admin as unknown as Readonly<
    Record<'ask' | 'partitionCount', () => Promise<unknown>>
  >
  jest.spyOn(parts, 'ask').mockResolvedValue(true)
  jest.spyOn(parts, 'partitionCount').mockResolvedValue(TOPIC.partitions)
  const offsets = jest.spyOn(admin, 'offsets')
  for (const answer of answers) {
    if (answer instanceof FactsError) offsets.mockRejectedValueOnce(answer)
    else offsets.mockResolvedValueOnce(answer)
  }
  return { create: () => admin.createTopics([TOPIC]), asked: () => offsets.mock.calls.length }
}

test('a topic is created when all of its partitions are led, and brokers that do not know it yet are waited for', async () => {
  const admin = adminOf(
    new FactsError('TOPIC_MISSING', 'not known yet'),
    new FactsError('BROKER_UNAVAILABLE', 'not the leader'),
    led(1),
    led(2),
  )
  expect(await admin.create()).toEqual(['t'])
  expect(admin.asked()).toBe(4)
})

test('an error that waiting does not resolve is thrown immediately', async () => {
  const admin = adminOf(new FactsError('NOT_AUTHORIZED', 'no'))
  await expect(admin.create()).rejects.toMatchObject({ code: 'NOT_AUTHORIZED' })
  expect(admin.asked()).toBe(1)
})
