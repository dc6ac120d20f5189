import { KeepsAfterwards } from './keeps-afterwards'
import type { HealthCheck, Place, PositionRecord } from './position-store'
import type { PositionTableOptions } from './position-table'
import { PositionTable } from './position-table'

/** Keeps the position in PostgreSQL, table `facts_follower_position`, one row for each name; created when it is missing. */
export class PostgresPosition extends KeepsAfterwards {
  private readonly table: PositionTable

  constructor(options: PositionTableOptions) {
    super()
    this.table = new PositionTable(options)
  }

  override open(): Promise<PositionRecord> {
    return this.table.open()
  }

  override keep(place: Place): Promise<void> {
    return this.table.keep(place)
  }

  override check(health: HealthCheck): Promise<PositionRecord> {
    return this.table.check(health)
  }

  override close(): Promise<void> {
    return this.table.close()
  }
}
