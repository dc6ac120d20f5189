import { z } from 'zod'

const PemFile = z.string().min(1, 'expected the path of a PEM file')

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** Section of the configuration for every Kafka client. */
export const KafkaConfigSchema = z
  .strictObject({
    /** host:port list */
    brokers: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'expected host:port')).min(1),
    /**
     * Default: true when any of the keys below is set, so that omitting it never sends a password unencrypted. `false` with
     * saslMechanism means a listener without TLS (SASL_PLAINTEXT).
     */
    tls: z.stringbool().or(z.boolean()).optional(),
    /** Certificate authorities of the brokers' certificates. Default: those that Node.js trusts. */
    caFile: PemFile.optional(),
    /** Client certificate with its chain, for brokers that require one (mutual TLS). */
    certFile: PemFile.optional(),
    /** Private key of that certificate, not encrypted. */
    keyFile: PemFile.optional(),
    saslMechanism: z
      .string()
      .toLowerCase()
      .pipe(z.enum(MECHANISMS, `expected one of ${MECHANISMS.join(', ')}`))
      .optional(),
    username: z.string('expected text; in YAML quote what looks like a number').min(1).optional(),
    password: z.string('expected text; in YAML quote what looks like a number').min(1).optional(),
  })
  .superRefine((kafka, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message })
    const together = (...keys: readonly (keyof typeof kafka)[]): void => {
      const given = keys.filter((key) => kafka[key] !== undefined)
      if (given.length === 0) return
      for (const key of keys) {
        if (kafka[key] !== undefined) continue
        refuse(
          key,
          `is missing, but ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'} set: set all of them or none`,
        )
      }
    }
    together('certFile', 'keyFile')
    together('saslMechanism', 'username', 'password')
    const files = (['caFile', 'certFile', 'keyFile'] as const).filter(
      (key) => kafka[key] !== undefined,
    )
    if (kafka.tls === false && files.length > 0) {
      refuse(
        'tls',
        `is false, so ${files.join(', ')} would not be used: omit tls, or remove the files`,
      )
    }
  })
  .default({ brokers: ['localhost:9092'] })

export type KafkaConfig = z.output<typeof KafkaConfigSchema>

/** Whether connections are encrypted. */
export function speaksTls({ tls, caFile, certFile, saslMechanism }: KafkaConfig): boolean {
  return tls ?? [caFile, certFile, saslMechanism].some((value) => value !== undefined)
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+):\d+$/

/** Whether the password is sent unencrypted (SASL PLAIN without TLS), which is logged as a warning. */
export function exposesPassword(kafka: KafkaConfig): boolean {
  return (
    kafka.saslMechanism === 'plain' &&
    !speaksTls(kafka) &&
    !kafka.brokers.every((broker) => LOOPBACK.test(broker))
  )
}
