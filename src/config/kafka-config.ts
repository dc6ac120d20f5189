import { z } from 'zod'

const PemFile = z.string().min(1, 'expected the path of a PEM file')

const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const

/** Of every client of Kafka; a section of the configuration. */
export const KafkaConfigSchema = z
  .strictObject({
    /** host:port list */
    brokers: z.array(z.string().regex(/^[^\s:]+:\d+$/, 'expected host:port')).min(1),
    /**
     * Default: TLS as soon as any of the keys below is set, so that nobody sends a password in the open by leaving this
     * out. `false` beside saslMechanism says that the listener has none (SASL_PLAINTEXT).
     */
    tls: z.stringbool().or(z.boolean()).optional(),
    /** Whose signature makes a broker's certificate good. Default: those that Node.js trusts. */
    caFile: PemFile.optional(),
    /** Our own certificate and what leads from it to its authority, for brokers that ask for one (mutual TLS). */
    certFile: PemFile.optional(),
    /** The key of that certificate, not encrypted. */
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
        refuse(key, `is missing beside ${given.join(' and ')}: set it, or none of them`)
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
        `is false, and ${files.join(', ')} would not be used: leave tls out, or remove the files`,
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

/** What is worth a line in the log: anyone on the way can read the password that SASL PLAIN sends. */
export function exposesPassword(kafka: KafkaConfig): boolean {
  return (
    kafka.saslMechanism === 'plain' &&
    !speaksTls(kafka) &&
    !kafka.brokers.every((broker) => LOOPBACK.test(broker))
  )
}
