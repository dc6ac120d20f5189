import { sampleConfig } from '../support/sample-config'
import { kafkaAccess, kafkaLog } from '../../src/compose/kafka'
import type { FactsError } from '../../src/errors'
import type { KafkaLog } from '../../src/broker/kafka/kafka-log'
import { probeKafka } from '../../src/broker/kafka/admin/probe'
import { createLogger } from '../../src/telemetry'
import { describeLogContract } from '../contract/log-contract'
import { record } from '../contract/log-harness'
import type { Access } from '../support/secure-listeners'
import { SecureListeners, SESSION_MS } from '../support/secure-listeners'
import type { TestStack } from '../support/stack'
import { startTestStack } from '../support/stack'
import { waitFor } from '../support/wait-for'

/*
 * Real listeners: SASL_SSL, and TLS that asks for a certificate. What holds of a log in the open holds of these, and who
 * is rejected gets an error immediately.
 */
const logger = createLogger({ level: 'silent', format: 'json' })
let kafka: SecureListeners
let stack: TestStack
const logs: KafkaLog[] = []

jest.setTimeout(60_000)

beforeAll(async () => {
  kafka = await SecureListeners.prepare()
  stack = await startTestStack({ services: ['kafka'], ...kafka.options })
  await kafka.setPassword('SCRAM-SHA-256')
  await kafka.setPassword('SCRAM-SHA-512')
}, 180_000)

afterAll(async () => {
  await Promise.all(logs.map((log) => log.close()))
  await stack.stop()
  await kafka.remove()
}, 30_000)

function configOf(access: Access): ReturnType<typeof sampleConfig> {
  const names = Object.entries(access).map(([key, value]) => [`FACTS_KAFKA_${key}`, value])
  return sampleConfig({ env: { FACTS_HOME: '/nonexistent', ...Object.fromEntries(names) } })
}

function logWith(access: Access): KafkaLog {
  const log = kafkaLog(configOf(access), logger)
  logs.push(log)
  return log
}

const openSockets = (): number =>
  process.getActiveResourcesInfo().filter((it) => /^(TCP|TLS)/.test(it)).length

const twice = (access: () => Access): (() => { first: KafkaLog; second: KafkaLog }) => {
  let both: { first: KafkaLog; second: KafkaLog } | undefined
  return () => (both ??= { first: logWith(access()), second: logWith(access()) })
}

describeLogContract(
  'Kafka with TLS and SCRAM',
  twice(() => kafka.scram()),
)
describeLogContract(
  'Kafka with TLS and certificates',
  twice(() => kafka.mutual()),
)

test.each(['scram-sha-256', 'plain'])('%s is spoken as well', async (mechanism) => {
  const { kafka: section } = configOf(kafka.scram({ SASL_MECHANISM: mechanism }))
  const { brokers } = await probeKafka(section.brokers, kafkaAccess(section))
  expect(brokers).toEqual([kafka.at('sasl')])
})

describe('a rejected client gets an error with what to do immediately:', () => {
  const refusals: readonly (readonly [string, () => Access, string, RegExp])[] = [
    [
      'a wrong password',
      () => kafka.scram({ PASSWORD: 'not the password' }),
      'NOT_AUTHENTICATED',
      /Kafka at localhost:\d+: .*invalid credentials.* Check kafka\.username and kafka\.password/,
    ],
    [
      'a wrong password in the open form of SASL',
      () => kafka.scram({ PASSWORD: 'not the password', SASL_MECHANISM: 'plain' }),
      'NOT_AUTHENTICATED',
      /Invalid username or password.* Check kafka\.username/,
    ],
    [
      'a password for a listener that asks for none',
      () =>
        kafka.scram({
          BROKERS: kafka.at('mutual'),
          CERT_FILE: kafka.files.cert,
          KEY_FILE: kafka.files.key,
        }),
      'NOT_AUTHENTICATED',
      /has no SASL authentication/,
    ],
    [
      'an authority that is not trusted',
      () => kafka.scram({ CA_FILE: kafka.files.otherCa }),
      'TLS_FAILED',
      /Kafka at localhost:\d+: .*certificate.* Set kafka\.caFile/,
    ],
    [
      'a certificate that has expired',
      () => kafka.mutual({ BROKERS: kafka.at('expired') }),
      'TLS_FAILED',
      /Kafka at localhost:\d+: .*expired.* Renew the certificate.*kafka\.caFile/,
    ],
    [
      'no certificate where one is asked for',
      () => ({ BROKERS: kafka.at('mutual'), CA_FILE: kafka.files.ca }),
      'TLS_FAILED',
      /It rejects the connection \(.*bad certificate\)\. Set kafka\.certFile and kafka\.keyFile/,
    ],
    [
      'a certificate of another client',
      () => kafka.mutual({ CERT_FILE: kafka.files.foreignCert, KEY_FILE: kafka.files.foreignKey }),
      'TLS_FAILED',
      /It rejects the connection \(.*certificate unknown\)\. Set kafka\.certFile/,
    ],
    [
      'no TLS where it is spoken',
      () => ({ BROKERS: kafka.at('sasl') }),
      'TLS_FAILED',
      /Kafka at localhost:\d+: The listener requires TLS\. Set kafka\.tls to true/,
    ],
  ]
  /** Beside which a person waits, and far from the half minute that an outage is waited out at a start. */
  const SOON_MS = 5_000

  test.each(refusals)('%s', async (_, access, code, message) => {
    const before = openSockets()
    const began = Date.now()
    const log = kafkaLog(configOf(access()), logger)
    const reader = log.reader(['topic'])
    const consumer = log.groupConsumer({
      groupId: 'refused',
      topics: [['topic']],
      concurrency: 1,
      onCrash: () => undefined,
      onAssignment: () => undefined,
    })
    const range = { topic: 'topic', partition: 0, from: 0n, to: 1n }
    const { kafka: section } = configOf(access())
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => log.admin.partitionCounts(['topic']),
      () => log.producer('refused'),
      () => reader.start(() => undefined),
      () => log.readRange(range, () => Promise.resolve(true)),
      () => consumer.start(() => Promise.reject(new Error('nothing is read'))),
      () => probeKafka(section.brokers, kafkaAccess(section)),
    ]
    for (const attempt of attempts) {
      const refused = (await attempt().catch((error: unknown) => error)) as FactsError
      expect(refused).toMatchObject({ code, remedy: 'halt' })
      expect(refused.message).toMatch(message)
      expect(refused.message).not.toMatch(/not the password|correct horse/)
    }
    expect(Date.now() - began).toBeLessThan(SOON_MS)
    await Promise.all([reader.stop(), consumer.stop(), log.close()])
    await waitFor('every connection to be closed', () => openSockets() <= before)
  })

  const suspicions: readonly (readonly [string, () => Access, RegExp])[] = [
    [
      'TLS where none is spoken',
      () => ({ BROKERS: kafka.at('plaintext'), TLS: 'true' }),
      /has its listener no TLS\? Then set kafka\.tls to false/,
    ],
    [
      'no password where one is asked for',
      () => ({ BROKERS: kafka.at('sasl'), CA_FILE: kafka.files.ca }),
      /does its listener ask for .*kafka\.saslMechanism/,
    ],
  ]
  test.each(suspicions)(
    '%s may be an outage, and is reported as a possible cause',
    async (_, access, guess) => {
      const { kafka: section } = configOf(access())
      const probing = probeKafka(section.brokers, kafkaAccess(section))
      await expect(probing).rejects.toMatchObject({ code: 'BROKER_UNAVAILABLE' })
      await expect(probing).rejects.toThrow(guess)
    },
  )
})

test('sessions that end under transactions and readers cost none of them', async () => {
  const log = logWith(kafka.scram({ BROKERS: kafka.at('brief') }))
  const topic = 'brief'
  const partitions = [0, 1, 2]
  await log.admin.createTopics([{ name: topic, partitions: 3, replicationFactor: 1, config: {} }])
  const producers = [await log.producer('brief-1'), await log.producer('brief-2')]
  const seen: string[] = []
  const reader = log.reader([topic])
  await reader.start((records) => {
    for (const { value } of records) seen.push(value?.toString() ?? '')
  })
  const until = Date.now() + 4 * SESSION_MS
  const sent: string[] = []
  const write = async (producer: (typeof producers)[number], name: string): Promise<void> => {
    for (let number = 0; Date.now() < until; number += 1) {
      const values = partitions.map((partition) => `${name}/${number}/${partition}`)
      const first = partitions.map((partition) => record(topic, partition, name, 'first'))
      const transaction = await producer.begin()
      await transaction.send(first)
      // Several at once, so that some are on their way whenever the session is renewed.
      await Promise.all(
        values.map((value, partition) => transaction.send([record(topic, partition, name, value)])),
      )
      await transaction.commit()
      sent.push(...values, ...first.map(() => 'first'))
    }
  }
  try {
    await Promise.all(producers.map((producer, at) => write(producer, String(at))))
    expect(sent.length).toBeGreaterThan(100)
    await waitFor('all of them', async () => {
      await reader.catchUp()
      return seen.length >= sent.length
    })
    expect([...seen].sort()).toEqual([...sent].sort())
  } finally {
    await reader.stop()
    for (const producer of producers) await producer.close()
  }
})

test('a revoked password stops a running program, which does not retry indefinitely', async () => {
  const leaver = { username: 'leaver', password: 'still good' }
  await kafka.setPassword('SCRAM-SHA-256', leaver)
  const log = logWith(
    kafka.scram({
      BROKERS: kafka.at('brief'),
      SASL_MECHANISM: 'scram-sha-256',
      USERNAME: leaver.username,
      PASSWORD: leaver.password,
    }),
  )
  const topic = 'withdrawn'
  await log.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1, config: {} }])
  const crashed = jest.fn<unknown, [unknown]>()
  const assigned = jest.fn()
  const consumer = log.groupConsumer({
    groupId: topic,
    topics: [[topic]],
    concurrency: 1,
    onCrash: crashed,
    onAssignment: assigned,
  })
  const reader = log.reader([topic])
  try {
    await reader.start(() => undefined)
    await consumer.start(() => Promise.resolve({ kind: 'done' }))
    await waitFor('the partition', () => assigned.mock.calls.length > 0)
    await kafka.setPassword('SCRAM-SHA-256', { ...leaver, password: 'another one' })
    await waitFor('the end of the consumer', () => crashed.mock.calls.length > 0)
    expect(crashed.mock.calls[0]?.[0]).toMatchObject({ code: 'NOT_AUTHENTICATED', remedy: 'halt' })
    const caughtUp = waitFor('the end of the reader', () => reader.catchUp().then(() => false))
    await expect(caughtUp).rejects.toMatchObject({ code: 'NOT_AUTHENTICATED' })
  } finally {
    await Promise.all([consumer.stop(), reader.stop()])
  }
})

test('a broker that is killed is an outage, and who was known to it is known again', async () => {
  const log = logWith(kafka.scram())
  const topic = 'outage'
  await log.admin.createTopics([{ name: topic, partitions: 1, replicationFactor: 1, config: {} }])
  const seen: string[] = []
  const crashed = jest.fn()
  const assigned = jest.fn()
  const consumer = log.groupConsumer({
    groupId: topic,
    topics: [[topic]],
    concurrency: 1,
    onCrash: crashed,
    onAssignment: assigned,
  })
  try {
    await consumer.start(({ records }) => {
      for (const { value } of records) seen.push(value?.toString() ?? '')
      return Promise.resolve({ kind: 'done' })
    })
    await waitFor('the partition', () => assigned.mock.calls.length > 0)
    await stack.kill('kafka')
    await stack.startAgain('kafka')
    const producer = await log.producer(topic)
    const transaction = await producer.begin()
    await transaction.send([record(topic, 0, 'key', 'after')])
    await transaction.commit()
    await producer.close()
    await waitFor('what was written afterwards', () => seen.includes('after'), 40_000)
    expect(crashed).not.toHaveBeenCalled()
  } finally {
    await consumer.stop()
  }
})
