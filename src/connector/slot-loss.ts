import type { Config } from '../config/config'
import { FactsError } from '../errors'
import { onSource } from '../source/inspect-source'
import type { ConnectClient } from './connect-client'
import type { Connector } from './connector-file'

/** Changes that can no longer be captured. */
export interface SlotLoss {
  readonly slot: string
  /** What happened, and its consequence. The remedy is always `RESYNC`. */
  readonly what: string
}

/** Remedy after changes were lost at the source. */
export const RESYNC =
  'Run "facts resync --all": it makes the connector take a new snapshot with a new slot, and brings the facts to the state of the tables. Intermediate changes do not become facts.'

export const slotIsGone = (slot: string): SlotLoss => ({
  slot,
  what: `the replication slot ${slot}, from which the connector has read before, no longer exists: later changes are lost, and restarting the connector does not help`,
})

export const slotIsInvalid = (slot: string, reason: string): SlotLoss => ({
  slot,
  what: `PostgreSQL has given up the replication slot ${slot} (${reason}): what has changed since is lost, and restarting the connector does not help`,
})

/** Debezium's message when its slot cannot resume at the stored position. */
const SAID =
  /no longer available on the server|can no longer (?:get changes|access)|slot .* has been invalidated/i

/** Whether a failed task's trace means that changes are lost. */
export const saysLost = (trace: string): boolean => SAID.test(trace)

export const slotOf = ({ config }: Pick<Connector, 'config'>): string =>
  config['slot.name'] ?? 'debezium'

interface Slot {
  readonly status: string | null
  readonly reason: string | null
}

/**
 * Checks in the database whether the connector's slot has lost changes; undefined when it has not. A missing slot is lost when
 * the connector has read from it before. Throws DATABASE_UNAVAILABLE, and the errors of the client.
 */
export async function slotLoss(
  client: Pick<ConnectClient, 'hasOffsets'>,
  connector: Connector,
  { database }: Pick<Config, 'database'>,
): Promise<SlotLoss | undefined> {
  const slot = slotOf(connector)
  const found = await onSource(database.url, async (pg) => {
    const { rows } = await pg.query<Slot>(
      `SELECT wal_status AS status, to_jsonb(s) ->> 'invalidation_reason' AS reason
       FROM pg_replication_slots s WHERE slot_name = $1`,
      [slot],
    )
    return rows[0]
  })
  if (found === undefined) {
    return (await client.hasOffsets(connector.name)) === true ? slotIsGone(slot) : undefined
  }
  return found.status === 'lost' ? slotIsInvalid(slot, found.reason ?? 'lost') : undefined
}

/**
 * Drops the slot if PostgreSQL has invalidated it. Throws NOT_AUTHORIZED, with the statement, when the role of database.url
 * may not.
 */
export async function dropInvalidSlot(
  slot: string,
  { database }: Pick<Config, 'database'>,
): Promise<void> {
  await onSource(database.url, async (pg) => {
    try {
      await pg.query(
        `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
         WHERE slot_name = $1 AND wal_status = 'lost'`,
        [slot],
      )
    } catch (cause) {
      if ((cause as { readonly code?: string }).code !== '42501') throw cause
      throw new FactsError(
        'NOT_AUTHORIZED',
        `The replication slot ${slot} has to be dropped before a new one can be created, and the role of database.url may not drop it. As a superuser or a role with REPLICATION: SELECT pg_drop_replication_slot('${slot}'); then run facts resync --all again. Nothing was changed.`,
        { cause },
      )
    }
  })
}
