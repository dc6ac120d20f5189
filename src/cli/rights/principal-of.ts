import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { KafkaConfig } from '../../config/kafka-config'

/** The principal under which brokers know this process, unless they rewrite it (ssl.principal.mapping.rules). */
export function principalOf({ username, certFile }: KafkaConfig): string {
  if (username !== undefined) return `User:${username}`
  if (certFile === undefined) return 'User:ANONYMOUS'
  const { subject } = new X509Certificate(readFileSync(certFile))
  // RFC 2253, as in Java: the last part comes first.
  return `User:${subject.split('\n').reverse().join(',')}`
}
