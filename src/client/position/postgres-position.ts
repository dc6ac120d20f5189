import { KeepsAfterwards } from './keeps-afterwards'
import type { HealthCheck, FollowerPosition, PositionRecord } from './position-store'
import type { PositionTableOptions } from './position-table'
import { PositionTable } from './position-table'

/** Stores the position in PostgreSQL, in the table `facts_follower_position`, one row for each name; created if missing. */
export class PostgresPosition extends KeepsAfterwards {
  private readonly table: PositionTable

  constructor(options: PositionTableOptions) {
    super()
    this.table = new PositionTable(options)
  }

  override open(): Promise<PositionRecord> {
    return this.table.open()
  }

  override keep(reached: FollowerPosition): Promise<void> {
    return this.table.keep(reached)
  }

  override check(health: HealthCheck): Promise<PositionRecord> {
    return this.table.check(health)
  }

  override close(): Promise<void> {
    return this.table.close()
  }
}
