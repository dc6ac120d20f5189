import type { ClientBase } from 'pg'
import type { HealthCheck, FollowerPosition, PositionRecord, PositionStore } from './position-store'
import type { PositionTableOptions } from './position-table'
import { PositionTable } from './position-table'

/**
 * Exactly once into one PostgreSQL database: the handler does its work with the client that it gets, and the position
 * after the event commits in the same transaction. The handler neither begins nor ends a transaction.
 */
export class TransactionalPosition implements PositionStore<ClientBase> {
  readonly isTransactional = true
  private readonly table: PositionTable

  constructor(options: PositionTableOptions) {
    this.table = new PositionTable(options)
  }

  open(): Promise<PositionRecord> {
    return this.table.open()
  }

  keep(reached: FollowerPosition): Promise<void> {
    return this.table.keep(reached)
  }

  handled(reached: FollowerPosition, work: (client: ClientBase) => Promise<void>): Promise<void> {
    return this.table.commit(reached, work)
  }

  check(health: HealthCheck): Promise<PositionRecord> {
    return this.table.check(health)
  }

  close(): Promise<void> {
    return this.table.close()
  }
}
