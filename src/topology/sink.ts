/** An output topic. */
export interface Sink {
  readonly name: string
  readonly topic: string
  /** Required number of partitions; undefined when any number is accepted. */
  readonly partitions?: number | undefined
  /** Resolves schema ids before a batch; idempotent. */
  readonly prepare: () => Promise<void>
}
