import { loadConfig } from '../../src/config/config'
import { exposesPassword, speaksTls } from '../../src/config/kafka-config'
import type { KafkaConfig } from '../../src/config/kafka-config'

const SECRET = 'correct horse battery'

/** The section `kafka`, from the environment. */
function kafka(env: Readonly<Record<string, string>>): KafkaConfig {
  const names = Object.entries(env).map(([key, value]) => [`FACTS_KAFKA_${key}`, value])
  return loadConfig({ env: { FACTS_HOME: '/nonexistent', ...Object.fromEntries(names) } }).kafka
}

const SASL = { SASL_MECHANISM: 'scram-sha-512', USERNAME: 'me', PASSWORD: SECRET }

test('without a word about it nothing is encrypted', () => {
  expect(speaksTls(kafka({}))).toBe(false)
})

test.each([
  ['tls itself', { TLS: 'true' }],
  ['an authority', { CA_FILE: 'ca.pem' }],
  ['a certificate', { CERT_FILE: 'me.pem', KEY_FILE: 'me.key' }],
  ['a password, which would be sent in the open otherwise', SASL],
])('%s means TLS', (_, env) => {
  expect(speaksTls(kafka(env))).toBe(true)
})

test('a password goes without TLS only when that is said', () => {
  expect(speaksTls(kafka({ ...SASL, TLS: 'false' }))).toBe(false)
})

test("a mechanism may be written as in Kafka's own settings", () => {
  expect(kafka({ ...SASL, SASL_MECHANISM: 'SCRAM-SHA-256' }).saslMechanism).toBe('scram-sha-256')
})

test.each([
  [
    { CERT_FILE: 'me.pem' },
    'kafka.keyFile: is missing, but certFile is set: set all of them or none',
  ],
  [{ KEY_FILE: 'me.key' }, 'kafka.certFile: is missing, but keyFile is set'],
  [{ USERNAME: 'me', PASSWORD: SECRET }, 'kafka.saslMechanism: is missing, but username and'],
  [{ SASL_MECHANISM: 'plain', USERNAME: 'me' }, 'kafka.password: is missing, but saslMechanism'],
  [{ ...SASL, SASL_MECHANISM: 'gssapi' }, 'expected one of plain, scram-sha-256, scram-sha-512'],
  [{ TLS: 'false', CA_FILE: 'ca.pem' }, 'kafka.tls: is false, so caFile would not be used'],
  [{ TLS: 'perhaps' }, 'kafka.tls'],
])('%j is refused with the key and what to do', (env, message) => {
  const load = (): unknown => kafka(env)
  expect(load).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error)
  expect(load).toThrow(message)
  expect(load).not.toThrow(SECRET)
})

test.each([
  ['plain', 'false', 'kafka.example:9092', true],
  ['plain', 'false', 'localhost:9092,127.0.0.1:9093', false],
  ['plain', 'true', 'kafka.example:9092', false],
  ['scram-sha-256', 'false', 'kafka.example:9092', false],
])('%s with TLS %s to %s exposes the password: %s', (mechanism, tls, brokers, exposed) => {
  const env = { ...SASL, SASL_MECHANISM: mechanism, TLS: tls, BROKERS: brokers }
  expect(exposesPassword(kafka(env))).toBe(exposed)
})
