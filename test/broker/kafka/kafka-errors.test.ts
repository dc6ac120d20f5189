import { KafkaJSConnectionError, KafkaJSNonRetriableError } from 'kafkajs/src/errors'
import { createErrorFromCode } from 'kafkajs/src/protocol/error'
import { translateKafkaError } from '../../../src/broker/kafka/client/kafka-errors'

/** As the replaced connection marks errors that no retry resolves. */
function marked(type: string, message = 'said'): Error {
  return Object.assign(new KafkaJSConnectionError(message, { broker: 'kafka.example:9093' }), {
    type,
    retriable: false,
  })
}

test.each([
  ['TLS_UNTRUSTED', 'TLS_FAILED', 'kafka.caFile'],
  ['TLS_EXPIRED', 'TLS_FAILED', 'Renew the certificate'],
  ['TLS_OTHER_NAME', 'TLS_FAILED', 'advertised.listeners'],
  ['TLS_REFUSED', 'TLS_FAILED', 'kafka.certFile and kafka.keyFile'],
  ['TLS_ASKED_FOR', 'TLS_FAILED', 'kafka.tls to true'],
  ['SASL_AUTHENTICATION_FAILED', 'NOT_AUTHENTICATED', 'kafka.username and kafka.password'],
  ['UNSUPPORTED_SASL_MECHANISM', 'NOT_AUTHENTICATED', 'kafka.saslMechanism'],
  ['ILLEGAL_SASL_STATE', 'NOT_AUTHENTICATED', 'has no SASL authentication'],
  ['INVALID_TIMESTAMP', 'BROKER_REFUSED', 'message.timestamp.after.max.ms'],
  ['INVALID_TRANSACTION_TIMEOUT', 'BROKER_REFUSED', 'transaction.max.timeout.ms'],
  ['POLICY_VIOLATION', 'BROKER_REFUSED', 'the settings of the topic'],
])('%s halts, names the broker and says what to do', (type, code, advice) => {
  const known = translateKafkaError(marked(type), 'BROKER_UNAVAILABLE')
  expect(known).toMatchObject({ code, remedy: 'halt' })
  expect(known.message).toMatch(/^Kafka at kafka\.example:9093: said\. /)
  expect(known.message).toContain(advice)
})

test('it is found inside the errors that KafkaJS wraps it in', () => {
  const cause = marked('TLS_EXPIRED')
  const wrapped = new KafkaJSNonRetriableError(cause, { cause })
  expect(translateKafkaError(wrapped, 'TRANSACTION_UNKNOWN').code).toBe('TLS_FAILED')
})

test('a connection that was only lost is what was under way', () => {
  const lost = new KafkaJSConnectionError('read ECONNRESET', {
    broker: 'kafka.example:9093',
    code: 'ECONNRESET',
  })
  expect(translateKafkaError(lost, 'TRANSACTION_UNKNOWN').code).toBe('TRANSACTION_UNKNOWN')
})

test('an offset that a transaction holds is waited for, and says how one that never ends is found', () => {
  const known = translateKafkaError(marked('UNSTABLE_OFFSET_COMMIT'), 'UNEXPECTED')
  expect(known).toMatchObject({ code: 'BROKER_UNAVAILABLE', remedy: 'retry' })
  expect(known.message).toContain('kafka-transactions.sh find-hanging')
})

test('of topics that were refused together, the first is named with its reason', () => {
  const refused = Object.assign(createErrorFromCode(29), { topic: 'mine' })
  const together = Object.assign(new Error('Topic creation errors'), { errors: [refused] })
  const known = translateKafkaError(together, 'BROKER_UNAVAILABLE')
  expect(known).toMatchObject({ code: 'NOT_AUTHORIZED', coordinates: { topic: 'mine' } })
  expect(known.message).toMatch(/^Kafka: Topic creation errors: .*[Aa]uthoriz/)
})
