import { readFileSync } from 'node:fs'
import type { KafkaConfig } from '../../config/kafka-config'
import { speaksTls } from '../../config/kafka-config'

/** Clients of a Connect worker, each with settings of its own: that of the group, and those of the connectors. */
const CLIENTS = ['', 'producer.', 'consumer.', 'admin.']

/** Settings with which a Connect worker and its connectors reach a Kafka as the configuration says. Reads the PEM files. */
export function kafkaSettings(kafka: KafkaConfig): Readonly<Record<string, string>> {
  const settings = { ...protocol(kafka), ...certificates(kafka), ...login(kafka) }
  return Object.fromEntries(
    CLIENTS.flatMap((client) =>
      Object.entries(settings).map(([name, value]) => [client + name, value]),
    ),
  )
}

function protocol(kafka: KafkaConfig): Readonly<Record<string, string>> {
  const encryption = speaksTls(kafka) ? 'SSL' : 'PLAINTEXT'
  if (kafka.saslMechanism !== undefined) return { 'security.protocol': `SASL_${encryption}` }
  return encryption === 'SSL' ? { 'security.protocol': 'SSL' } : {}
}

/** PEM in the settings themselves (KIP-651): a keystore's file would need key and certificate in one. */
function certificates({
  caFile,
  certFile,
  keyFile,
}: KafkaConfig): Readonly<Record<string, string>> {
  return {
    ...(caFile === undefined
      ? {}
      : { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': pem(caFile) }),
    ...(certFile === undefined || keyFile === undefined
      ? {}
      : {
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.certificate.chain': pem(certFile),
          'ssl.keystore.key': pem(keyFile),
        }),
  }
}

const pem = (file: string): string => readFileSync(file, 'utf8').trim()

function login({
  saslMechanism: mechanism,
  username,
  password,
}: KafkaConfig): Readonly<Record<string, string>> {
  if (mechanism === undefined || username === undefined || password === undefined) return {}
  const name = mechanism === 'plain' ? 'plain.PlainLoginModule' : 'scram.ScramLoginModule'
  const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`
  return {
    'sasl.mechanism': mechanism.toUpperCase(),
    'sasl.jaas.config': `org.apache.kafka.common.security.${name} required username=${quoted(username)} password=${quoted(password)};`,
  }
}
