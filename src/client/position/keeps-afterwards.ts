import type { HealthCheck, Place, PositionRecord, PositionStore } from './position-store'

/** At least once: the place is kept after the work, and a process that dies in between does the work again. */
export abstract class KeepsAfterwards implements PositionStore {
  /** Of the event whose work is done, and whose place is not kept yet. */
  private done: string | undefined

  abstract open(): Promise<PositionRecord>
  abstract keep(place: Place): Promise<void>
  abstract check(health: HealthCheck): Promise<PositionRecord>
  abstract close(): Promise<void>

  async handled(place: Place, work: (client: undefined) => Promise<void>): Promise<void> {
    if (this.done !== place.cursor) await work(undefined)
    this.done = place.cursor
    await this.keep(place)
    this.done = undefined
  }
}
