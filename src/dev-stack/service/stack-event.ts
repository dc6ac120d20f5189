import type { KAFKA_NODES } from '../ports/kafka-nodes'

/** Events of the stack while it starts, runs and stops; shown as bars and lines on a terminal. */
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
/** What runs and fails by itself: Kafka as one service for each node. */
export type ServiceName = (typeof SERVICES)[number] | (typeof KAFKA_NODES)[number]['name']

export type StackListener = (event: StackEvent) => void
