import type { HealthCheck, FollowerPosition, PositionRecord, PositionStore } from './position-store'

/** At least once: the position is stored after the work, and a process that dies in between repeats the work. */
export abstract class KeepsAfterwards implements PositionStore {
  /** Cursor of the event that is handled, but whose position is not stored yet. */
  private done: string | undefined

  abstract open(): Promise<PositionRecord>
  abstract keep(reached: FollowerPosition): Promise<void>
  abstract check(health: HealthCheck): Promise<PositionRecord>
  abstract close(): Promise<void>

  async handled(
    reached: FollowerPosition,
    work: (client: undefined) => Promise<void>,
  ): Promise<void> {
    if (this.done !== reached.cursor) await work(undefined)
    this.done = reached.cursor
    await this.keep(reached)
    this.done = undefined
  }
}
