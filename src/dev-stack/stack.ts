import type { KafkaConfig } from '../config/kafka-config'
import type { FactsError } from '../errors'
import type { JvmTuning } from './service/jvm'
import type { ProcessIdentity } from './process/process-identity'
import type { Ports } from './ports/ports'
import type { ServiceName, StackListener } from './service/stack-event'

export interface StackOptions {
  /** Name of the application's database, of its role and of that role's password; default `facts`. */
  readonly application?: string
  /** Folder of data, logs and endpoints; default FACTS_HOME or `.facts`. Any other takes free ports, not the usual ones. */
  readonly home?: string
  /** Which services to start; default all. `connect` brings `kafka`, unless that is given. */
  readonly services?: readonly ServiceName[]
  /** Nodes of the Kafka cluster, 1 or 3; default 1. Three replicate everything to all, and stop at one that is left. */
  readonly brokers?: 1 | 3
  /** Begin from empty: the data of all services in this home is removed first. */
  readonly fresh?: boolean
  /** Ports that must be had; the start fails with PORT_TAKEN otherwise. */
  readonly ports?: Partial<Ports>
  /** How the JVMs are set up; default `start`. */
  readonly tuning?: JvmTuning
  readonly onEvent?: StackListener
  /** Ends the start; what was started is stopped, and the signal's reason is thrown. */
  readonly signal?: AbortSignal
  /** The Kafka of Kafka Connect, instead of one of this stack. */
  readonly kafka?: KafkaConfig
  /** Password that Kafka Connect has for the role that connectors log in with; default that of the stack's own PostgreSQL. */
  readonly capturePassword?: string
  /** Server settings over the stack's own. */
  readonly settings?: Readonly<
    Partial<Record<'postgres' | 'kafka' | 'connect', Readonly<Record<string, string>>>>
  >
}

/** Sections of the configuration file, for the services that were started. */
export interface StackEndpoints {
  readonly kafka?: { readonly brokers: readonly string[] }
  readonly registry?: { readonly url: string }
  readonly connect?: { readonly url: string }
  readonly database?: { readonly url: string }
  readonly connector?: { readonly databaseHost: string; readonly databasePort: number }
}

/** A running stack. */
export interface Stack {
  readonly home: string
  readonly endpoints: StackEndpoints
  /** The database as its superuser; undefined without postgres. */
  readonly superuserUrl: string | undefined
  readonly processes: Readonly<Partial<Record<ServiceName, ProcessIdentity>>>
  /** Path of each service's log file. */
  readonly logs: Readonly<Partial<Record<ServiceName, string>>>
  /**
   * Resolves when a service that ended by itself was started again several times in vain; the others keep running. Never
   * rejects.
   */
  readonly failure: Promise<FactsError>
  /** Ends one service as a crash would (SIGKILL). */
  readonly kill: (name: ServiceName) => Promise<void>
  /** Starts a killed service again; resolves when it is ready. */
  readonly startAgain: (name: ServiceName) => Promise<void>
  /** Ends every process, in the direction of the data, within ten seconds. May be called again. */
  readonly stop: () => Promise<void>
}
