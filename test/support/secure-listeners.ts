import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stackSettings } from '../../src/config/config'
import { ensureArtifacts } from '../../src/dev-stack/artifacts/artifact-cache'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import { findJava } from '../../src/dev-stack/machine/java'
import { choosePorts } from '../../src/dev-stack/ports/ports'
import type { StackOptions } from '../../src/dev-stack/stack'
import { authority, certificate, pemFiles } from './certificates'

interface User {
  readonly username: string
  readonly password: string
}

export const USER: User = { username: 'facts', password: 'correct horse, "battery" staple' }

/** Milliseconds that a session lasts at the listener `brief`: a client has to authenticate again and again. */
export const SESSION_MS = 4_000

/** By name: in the open; with passwords; with certificates; with one that has expired; with short sessions. */
const PROTOCOLS = {
  plaintext: 'PLAINTEXT',
  sasl: 'SASL_SSL',
  mutual: 'SSL',
  expired: 'SSL',
  brief: 'SASL_SSL',
} as const
type Listener = keyof typeof PROTOCOLS

/** Settings of the section `kafka`, as FACTS_KAFKA_* without its beginning. */
export type Access = Readonly<Record<string, string>>

/** Listeners of a broker that ask who it is, and what their clients need: `options` has a stack open them. */
export class SecureListeners {
  private constructor(
    private readonly folder: string,
    private readonly ports: Readonly<Record<Listener | 'controller', number>>,
    readonly files: Readonly<
      Record<
        'ca' | 'otherCa' | 'cert' | 'key' | 'foreignCert' | 'foreignKey' | 'broker' | 'expired',
        string
      >
    >,
  ) {}

  static async prepare(): Promise<SecureListeners> {
    const folder = await mkdtemp(join(tmpdir(), 'facts-tls-'))
    const [ca, other] = [await authority('brokers'), await authority('others')]
    const old = { by: ca, days: { from: -2, to: -1 } }
    const client = pemFiles(folder, 'client', await certificate('client', { by: ca }))
    const foreign = pemFiles(folder, 'foreign', await certificate('client', { by: other }))
    // The stack has no ports for further listeners: it lends their names to the nodes that it does not start.
    const free = await choosePorts({ usual: {} })
    return new SecureListeners(
      folder,
      {
        plaintext: free.kafka,
        controller: free.controller,
        sasl: free.kafka2,
        mutual: free.controller2,
        expired: free.kafka3,
        brief: free.controller3,
      },
      {
        ca: pemFiles(folder, 'ca', ca).cert,
        otherCa: pemFiles(folder, 'other', other).cert,
        cert: client.cert,
        key: client.key,
        foreignCert: foreign.cert,
        foreignKey: foreign.key,
        broker: pemFiles(folder, 'broker', await certificate('broker', { by: ca })).store,
        expired: pemFiles(folder, 'expired', await certificate('broker', old)).store,
      },
    )
  }

  /** host:port */
  at(listener: Listener): string {
    return `localhost:${this.ports[listener]}`
  }

  get options(): Required<Pick<StackOptions, 'ports' | 'settings'>> {
    const { plaintext: kafka, controller } = this.ports
    return { ports: { kafka, controller }, settings: { kafka: this.brokerSettings() } }
  }

  /** With a password. */
  scram(over: Access = {}): Access {
    const { username, password } = USER
    return {
      BROKERS: this.at('sasl'),
      CA_FILE: this.files.ca,
      SASL_MECHANISM: 'scram-sha-512',
      USERNAME: username,
      PASSWORD: password,
      ...over,
    }
  }

  /** With a certificate. */
  mutual(over: Access = {}): Access {
    const { ca, cert, key } = this.files
    return { BROKERS: this.at('mutual'), CA_FILE: ca, CERT_FILE: cert, KEY_FILE: key, ...over }
  }

  /** Settings of Java clients, for SASL PLAIN with TLS, whose users exist from the start. */
  javaClient(): Readonly<Record<string, string>> {
    const { username, password } = USER
    const name = 'org.apache.kafka.common.security.plain.PlainLoginModule'
    return {
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'PLAIN',
      'sasl.jaas.config': `${name} required username="${username}" password="${quoted(password)}";`,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': this.files.ca,
    }
  }

  /** Makes a user for SCRAM, or gives it another password; KafkaJS cannot do it. */
  async setPassword(mechanism: string, { username, password }: User = USER): Promise<void> {
    const { cache, mavenRepository: repository } = stackSettings()
    const groups = ['kafka'] as const
    const { kafka } = await ensureArtifacts({ lock: artifactLock(), cache, repository, groups })
    const { command } = await findJava(stackSettings())
    await promisify(execFile)(command, [
      '-XX:TieredStopAtLevel=1',
      '-cp',
      join(kafka, '*'),
      'kafka.admin.ConfigCommand',
      '--bootstrap-server',
      this.at('plaintext'),
      '--alter',
      '--entity-type',
      'users',
      '--entity-name',
      username,
      '--add-config',
      `${mechanism}=[password=${password}]`,
    ])
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }

  private brokerSettings(): Readonly<Record<string, string>> {
    const { broker, expired, ca } = this.files
    const names = Object.keys(PROTOCOLS) as Listener[]
    const listeners = names.map((name) => `${name.toUpperCase()}://${this.at(name)}`)
    const protocols = names.map((name) => `${name.toUpperCase()}:${PROTOCOLS[name]}`)
    return {
      listeners: [...listeners, `CONTROLLER://127.0.0.1:${this.ports.controller}`].join(','),
      'advertised.listeners': listeners.join(','),
      'listener.security.protocol.map': ['CONTROLLER:PLAINTEXT', ...protocols].join(','),
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': broker,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': ca,
      'listener.name.mutual.ssl.client.auth': 'required',
      'listener.name.expired.ssl.keystore.type': 'PEM',
      'listener.name.expired.ssl.keystore.location': expired,
      ...passwords('sasl'),
      ...passwords('brief'),
      'listener.name.brief.connections.max.reauth.ms': String(SESSION_MS),
    }
  }
}

const quoted = (text: string): string => text.replaceAll('"', '\\"')

function passwords(listener: Listener): Readonly<Record<string, string>> {
  const of = `listener.name.${listener}`
  const modules = 'org.apache.kafka.common.security'
  const { username, password } = USER
  return {
    [`${of}.sasl.enabled.mechanisms`]: 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    [`${of}.plain.sasl.jaas.config`]: `${modules}.plain.PlainLoginModule required user_${username}="${quoted(password)}";`,
    [`${of}.scram-sha-256.sasl.jaas.config`]: `${modules}.scram.ScramLoginModule required;`,
    [`${of}.scram-sha-512.sasl.jaas.config`]: `${modules}.scram.ScramLoginModule required;`,
  }
}
