import { KafkaRecord } from '../../src/broker/kafka/client/kafka-record'
import { canonicalRecord } from '../../src/compose/canonical-record'
import { sampleConfig } from '../support/sample-config'

test('a record as Kafka gives it keeps its bytes', () => {
  const { facts } = sampleConfig({ env: { FACTS_HOME: '/nonexistent' } }).app
  const topic = facts[0]?.from.topic ?? ''
  const record = new KafkaRecord(topic, 2, {
    key: Buffer.from('{"id":1}'),
    value: Buffer.from('{"op":"c"}'),
    timestamp: '5',
    offset: '7',
    attributes: 0,
    headers: {},
  })
  const { key, value, partition, offset } = canonicalRecord(facts)(record)
  expect([String(key), String(value), partition, offset]).toEqual(['{"id":1}', '{"op":"c"}', 2, 7n])
})
