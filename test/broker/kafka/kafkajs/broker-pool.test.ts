import { KafkaJSProtocolError } from 'kafkajs/src/errors'
import { createErrorFromCode } from 'kafkajs/src/protocol/error'
import BrokerPool from '../../../../src/broker/kafka/kafkajs/replacements/broker-pool'

/** Of two brokers that are not there. */
function pool(): BrokerPool {
  const brokers = { 1: {}, 2: {} }
  const findBroker = (): Promise<object> => Promise.resolve({})
  return Object.assign(Object.create(BrokerPool.prototype) as BrokerPool, { brokers, findBroker })
}

const failing = (code: number): jest.Mock<Promise<never>> =>
  jest.fn(() => Promise.reject(createErrorFromCode(code)))

test.each([
  [30, 'GROUP_AUTHORIZATION_FAILED'],
  [53, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED'],
])('a refused client gets that error, from the first broker (%i)', async (code, type) => {
  const question = failing(code)
  await expect(pool().withBroker(question)).rejects.toMatchObject({ type })
  await expect(pool().withBroker(question)).rejects.toBeInstanceOf(KafkaJSProtocolError)
  expect(question).toHaveBeenCalledTimes(2)
})

test('any other failure has the next broker asked, as before', async () => {
  const question = failing(15)
  expect(await pool().withBroker(question)).toBeNull()
  expect(question).toHaveBeenCalledTimes(2)
})

test('the first answer is the answer', async () => {
  expect(await pool().withBroker(() => Promise.resolve('here'))).toBe('here')
})
