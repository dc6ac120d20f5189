/** What the stack tells while it starts, runs and stops; a terminal turns it into bars and lines. */
export type StackEvent =
  | DownloadEvent
  | ServiceEvent
  /** One line for people: something unusual that was dealt with. */
  | { readonly type: 'note'; readonly text: string }

/** Totals over all files that this start has to fetch; sent often. */
export interface DownloadEvent {
  readonly type: 'download'
  readonly receivedBytes: number
  readonly totalBytes: number
  readonly files: number
  readonly filesDone: number
}

export interface ServiceEvent {
  readonly type: 'service'
  readonly service: ServiceName
  readonly state: 'starting' | 'ready' | 'stopping' | 'stopped' | 'failed'
  /** Milliseconds that the step took; present with `ready` and `stopped`. */
  readonly ms?: number
  /** host:port or URL; present with `ready`. */
  readonly endpoint?: string
}

export const SERVICES = ['postgres', 'kafka', 'registry', 'connect'] as const
/** Kafka's other nodes, in a stack that was asked for three. */
export const FURTHER_BROKERS = ['kafka-2', 'kafka-3'] as const
export type ServiceName = (typeof SERVICES)[number] | (typeof FURTHER_BROKERS)[number]

export type StackListener = (event: StackEvent) => void
