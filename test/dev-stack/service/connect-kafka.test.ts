import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { kafkaSettings } from '../../../src/dev-stack/service/connect-kafka'
import { propertiesFile } from '../../../src/dev-stack/service/jvm'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()
const brokers = ['kafka.example:9093']

function pem(name: string, text: string): string {
  const file = join(folder.path, name)
  writeFileSync(file, text)
  return file
}

test('a Kafka without encryption and users needs no setting', () => {
  expect(kafkaSettings({ brokers })).toEqual({})
})

test('the worker and the clients of its connectors log in as the configuration says', () => {
  const settings = kafkaSettings({
    brokers,
    saslMechanism: 'scram-sha-512',
    username: 'line',
    password: 'a"b\\c',
  })
  for (const client of ['', 'producer.', 'consumer.', 'admin.']) {
    expect(settings).toMatchObject({
      [`${client}security.protocol`]: 'SASL_SSL',
      [`${client}sasl.mechanism`]: 'SCRAM-SHA-512',
      [`${client}sasl.jaas.config`]:
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="line" password="a\\"b\\\\c";',
    })
  }
})

test('a listener without TLS is used as such when tls is false', () => {
  const settings = kafkaSettings({
    brokers,
    tls: false,
    saslMechanism: 'plain',
    username: 'line',
    password: 'secret',
  })
  expect(settings['security.protocol']).toBe('SASL_PLAINTEXT')
  expect(settings['sasl.jaas.config']).toContain('plain.PlainLoginModule')
})

test('certificates are in the settings as PEM', () => {
  const settings = kafkaSettings({
    brokers,
    caFile: pem('ca.pem', 'the authority\n'),
    certFile: pem('cert.pem', 'the certificate\n'),
    keyFile: pem('key.pem', 'the key\n'),
  })
  expect(settings).toMatchObject({
    'security.protocol': 'SSL',
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.certificates': 'the authority',
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.certificate.chain': 'the certificate',
    'ssl.keystore.key': 'the key',
  })
})

test('a value of several lines and letters beyond ASCII is one line of a properties file', () => {
  expect(propertiesFile({ key: 'a\nü\\' })).toBe('key=a\\u000a\\u00fc\\\\\n')
})
