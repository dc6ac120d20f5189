import { KeepsAfterwards } from './keeps-afterwards'
import type { HealthCheck, FollowerPosition, PositionRecord } from './position-store'
import { EMPTY_RECORD } from './position-store'

/** Keeps the position in memory: the next process begins at `start`. */
export class MemoryPosition extends KeepsAfterwards {
  private record = EMPTY_RECORD

  override open(): Promise<PositionRecord> {
    return Promise.resolve(this.record)
  }

  override keep(reached: FollowerPosition): Promise<void> {
    this.record = { ...this.record, ...reached }
    return Promise.resolve()
  }

  override check(health: HealthCheck): Promise<PositionRecord> {
    this.record = { ...this.record, ...health }
    return Promise.resolve(this.record)
  }

  override close(): Promise<void> {
    return Promise.resolve()
  }
}
