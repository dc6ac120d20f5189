import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SecureContext } from 'node:tls'
import { createSecureContext } from 'node:tls'
import { FactsError } from '../../../errors'
import type { KafkaConfig, SASLOptions } from '../kafkajs'

/** Security settings of the configuration; the files are PEM. */
export interface KafkaSecurityOptions {
  readonly tls: boolean
  readonly caFile?: string | undefined
  readonly certFile?: string | undefined
  readonly keyFile?: string | undefined
  readonly saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** Loaded TLS context and SASL credentials, for any number of connections. */
export interface KafkaSecurity {
  /** Undefined: nothing is encrypted. */
  readonly tls?: SecureContext
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  }
}

/** Reads the files, once. Throws FactsError CONFIG_INVALID, naming the key, the file and what to do. */
export function kafkaSecurity(options: KafkaSecurityOptions): KafkaSecurity {
  const { tls, saslMechanism: mechanism, username, password } = options
  const known = mechanism !== undefined && username !== undefined && password !== undefined
  return {
    ...(tls ? { tls: secureContext(options) } : {}),
    ...(known ? { sasl: { mechanism, username, password } } : {}),
  }
}

/** Settings for KafkaJS; a new object for each client, because KafkaJS modifies it. */
export function securitySettings({ tls, sasl }: KafkaSecurity): Pick<KafkaConfig, 'ssl' | 'sasl'> {
  return {
    ...(tls === undefined ? {} : { ssl: { secureContext: tls } }),
    ...(sasl === undefined ? {} : { sasl: { ...sasl } as SASLOptions }),
  }
}

function secureContext({ caFile, certFile, keyFile }: KafkaSecurityOptions): SecureContext {
  const ca = caFile === undefined ? undefined : certificates('caFile', caFile)
  if (certFile === undefined || keyFile === undefined) {
    return createSecureContext(ca === undefined ? {} : { ca })
  }
  const cert = certificates('certFile', certFile)
  const key = readPem('keyFile', keyFile)
  let privateKey
  try {
    privateKey = createPrivateKey(key)
  } catch (cause) {
    throw invalid(
      'keyFile',
      keyFile,
      key.includes('ENCRYPTED')
        ? 'is encrypted. Write it without a passphrase (openssl pkey -in ... -out ...), readable for this user only.'
        : 'contains no private key. Set it to the PEM file that begins with "-----BEGIN PRIVATE KEY-----".',
      cause,
    )
  }
  if (!new X509Certificate(cert).checkPrivateKey(privateKey)) {
    throw invalid('keyFile', keyFile, `is not the key of the certificate in ${certFile}.`)
  }
  return createSecureContext({ ...(ca === undefined ? {} : { ca }), cert, key })
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The certificates of the file; all of them have to be valid. */
function certificates(key: 'caFile' | 'certFile', file: string): string {
  const found = readPem(key, file).match(CERTIFICATE) ?? []
  const what =
    'contains no certificate. Set it to the PEM file that begins with "-----BEGIN CERTIFICATE-----".'
  if (found.length === 0) throw invalid(key, file, what)
  try {
    for (const pem of found) new X509Certificate(pem)
  } catch (cause) {
    throw invalid(key, file, what, cause)
  }
  return found.join('\n')
}

function readPem(key: 'caFile' | 'certFile' | 'keyFile', file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'no reason given'
    const what = `cannot be read (${reason}). Correct the path, or let this user read the file.`
    throw invalid(key, file, what, cause)
  }
}

function invalid(key: string, file: string, what: string, cause?: unknown): FactsError {
  const name = `FACTS_KAFKA_${key.replace('File', '_file').toUpperCase()}`
  return new FactsError('CONFIG_INVALID', `kafka.${key} (${name}): ${file} ${what}`, { cause })
}
