import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createErrorFromCode } from 'kafkajs/src/protocol/error'
import { ERRORS } from '../../../src/errors'
import { KAFKA_ERRORS, PASSES } from '../../../src/broker/kafka/kafkajs/error-table'
import { translateKafkaError } from '../../../src/broker/kafka/client/kafka-errors'
import '../../../src/broker/kafka/kafkajs'

/** Kafka's own table, printed by Errors.java beside it. */
const file = join(__dirname, '../../golden/kafka-4.3.1/errors.tsv')
const kafkas = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split('\t'))
  .map(([code, name, retriable]) => ({
    code: Number(code),
    name: name ?? '',
    retriable: retriable === 'true',
  }))
  .filter(({ name }) => name !== 'NONE')

const decisions = new Map(KAFKA_ERRORS.map(([code, , decision]) => [code, decision]))

/** Kafka's producer gives these up for good; here the transaction or the attempt is, and the next has another producer. */
const PASSES_HERE = [
  'UNKNOWN_SERVER_ERROR',
  'BROKER_NOT_AVAILABLE',
  'STALE_CONTROLLER_EPOCH',
  'TOPIC_ALREADY_EXISTS',
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'OPERATION_NOT_ATTEMPTED',
  'UNKNOWN_PRODUCER_ID',
  'REASSIGNMENT_IN_PROGRESS',
  'STALE_BROKER_EPOCH',
  'MEMBER_ID_REQUIRED',
  'NEW_LEADER_ELECTED',
  'TRANSACTION_ABORTABLE',
  'REBOOTSTRAP_REQUIRED',
]

test("each error of Kafka's protocol has one decision, and nothing else has", () => {
  expect(KAFKA_ERRORS.map(([code]) => code)).toEqual(kafkas.map(({ code }) => code))
})

test.each(kafkas)('$name ($code) is decided', ({ code }) => {
  const decision = decisions.get(code)
  const known = translateKafkaError(createErrorFromCode(code), 'TRANSACTION_UNKNOWN')
  expect(known.code).toBe(decision === PASSES ? 'TRANSACTION_UNKNOWN' : decision)
})

test('what Kafka says not to repeat is not repeated, but for what another producer or another moment changes', () => {
  const repeated = kafkas.filter(({ code, retriable }) => {
    const decision = decisions.get(code)
    return !retriable && (decision === PASSES || ERRORS[decision ?? 'UNEXPECTED'] === 'retry')
  })
  expect(repeated.map(({ name }) => name).sort()).toEqual([...PASSES_HERE].sort())
})

test('what Kafka says to repeat is repeated, but for a topic that is missing', () => {
  const given = kafkas.filter(({ code, retriable }) => {
    const decision = decisions.get(code)
    return retriable && decision !== PASSES && ERRORS[decision ?? 'UNEXPECTED'] !== 'retry'
  })
  expect(given.map(({ name }) => name)).toEqual(['UNKNOWN_TOPIC_OR_PARTITION'])
})

test('an error of a version to come halts', () => {
  const known = translateKafkaError(createErrorFromCode(999), 'TRANSACTION_UNKNOWN')
  expect(known).toMatchObject({ code: 'BROKER_REFUSED', remedy: 'halt' })
  expect(known.message).toContain('999')
})

test('the first of several errors counts', () => {
  const errors = [createErrorFromCode(38)]
  const aggregate = Object.assign(new Error('several'), { name: 'KafkaJSAggregateError', errors })
  const known = translateKafkaError(aggregate, 'BROKER_UNAVAILABLE')
  expect(known.code).toBe('BROKER_REFUSED')
  expect(known.message).toContain('topics.replicationFactor')
})
