import type { Config } from '../config/config'
import { FactsError } from '../errors'
import { onSource } from '../source/inspect-source'
import type { ConnectClient } from './connect-client'
import type { Connector } from './connector-file'

/** Changes that no connector can capture any more, for people. */
export interface SlotLoss {
  readonly slot: string
  /** What is so, and what comes of it. What to do is always `RESYNC`. */
  readonly what: string
}

/** What brings facts back to the tables' state after changes were lost at the source. */
export const RESYNC =
  'Run "facts resync --all": it has the connector take a new snapshot and a new slot, and brings the facts to the state of the tables. What happened in between makes no facts of its own.'

export const slotIsGone = (slot: string): SlotLoss => ({
  slot,
  what: `the replication slot ${slot} is gone, from which the connector has read before: what has changed since is lost, and restarting the connector does not help`,
})

export const slotIsInvalid = (slot: string, reason: string): SlotLoss => ({
  slot,
  what: `PostgreSQL has given up the replication slot ${slot} (${reason}): what has changed since is lost, and restarting the connector does not help`,
})

/** What Debezium says in its trace when its slot cannot continue where it was. */
const SAID =
  /no longer available on the server|can no longer (?:get changes|access)|slot .* has been invalidated/i

/** Whether a failed task's trace says that changes are lost. */
export const saysLost = (trace: string): boolean => SAID.test(trace)

export const slotOf = ({ config }: Pick<Connector, 'config'>): string =>
  config['slot.name'] ?? 'debezium'

interface Slot {
  readonly status: string | null
  readonly reason: string | null
}

/**
 * Asks the database whether the connector's slot has lost changes; undefined when it has not. A slot that is not there is lost
 * when the connector has read from it before. Throws DATABASE_UNAVAILABLE, and what the client does.
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
 * Drops the slot if PostgreSQL has given it up. Throws NOT_AUTHORIZED, with the statement, when the role of database.url may
 * not.
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
        `The replication slot ${slot} has to be dropped before there can be a new one, and the role of database.url may not do that. As a superuser or a role with REPLICATION: SELECT pg_drop_replication_slot('${slot}'); then run facts resync --all again. Nothing was changed.`,
        { cause },
      )
    }
  })
}
