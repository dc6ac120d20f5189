import type { Client } from 'pg'
import type { SlotLoss } from '../../connector/slot-loss'
import { RESYNC, slotIsGone, slotIsInvalid } from '../../connector/slot-loss'
import type { Finding } from '../../dev-stack/finding'

export interface SlotCheckOptions {
  /** The connector's. */
  readonly slot: string
  /** Whether the connector has read from a slot before; undefined when that is not known. */
  readonly hasRead?: () => Promise<boolean | undefined>
}

interface Slot {
  readonly slot_name: string
  readonly active: boolean
  readonly wal_status: string | null
  /** Why PostgreSQL has given it up; servers before 16 do not say. */
  readonly reason: string | null
  readonly held: string | null
  /** Bytes that the connector has not confirmed. */
  readonly behind: string | null
  /** Bytes until it is lost; null without a limit, or when it is. */
  readonly safe: string | null
}

/** The wanted slot, and every other one that nobody reads: an unread slot keeps WAL until the disk is full. */
export async function checkSlots(
  client: Client,
  { slot: wanted, hasRead = () => Promise.resolve(undefined) }: SlotCheckOptions,
): Promise<readonly Finding[]> {
  const { rows } = await client.query<Slot>(
    `SELECT slot_name, active, wal_status, to_jsonb(s) ->> 'invalidation_reason' AS reason,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS held,
       pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::text AS behind, safe_wal_size::text AS safe
     FROM pg_replication_slots s WHERE slot_type = 'logical' ORDER BY slot_name`,
  )
  const findings = rows
    .filter((slot) => slot.slot_name === wanted || !slot.active)
    .map((slot) => describe(slot, slot.slot_name === wanted))
  if (rows.some((slot) => slot.slot_name === wanted)) return findings
  const isUsed = await hasRead().catch(() => undefined)
  return [missing(wanted, isUsed), ...findings]
}

function missing(slot: string, isUsed: boolean | undefined): Finding {
  const name = `postgres slot ${slot}`
  if (isUsed === true) return lost(slotIsGone(slot))
  if (isUsed === false) {
    const detail = 'does not exist yet; the connector makes it'
    return { name, status: 'warn', detail, remedy: 'npm run register-connector.' }
  }
  return {
    name,
    status: 'warn',
    detail:
      'does not exist, and Kafka Connect does not say whether the connector has read from it before: then changes are lost',
    remedy:
      'Where it was there before: facts resync --all. Otherwise npm run register-connector, which has the connector make it.',
  }
}

function lost({ slot, what }: SlotLoss): Finding {
  const detail = `${what} [CHANGES_LOST]`
  return { name: `postgres slot ${slot}`, status: 'fail', detail, remedy: RESYNC }
}

/** Unconfirmed WAL that is worth a word. */
const FAR_BEHIND = 1024 ** 3

function describe(slot: Slot, wanted: boolean): Finding {
  const { slot_name, active, wal_status, held, behind, safe } = slot
  const name = `postgres slot ${slot_name}`
  const detail = `${active ? 'active' : 'nobody reads it'}, WAL ${wal_status ?? 'unknown'}, ${held ?? 'nothing'} kept`
  if (wal_status === 'lost') {
    if (wanted) return lost(slotIsInvalid(slot_name, slot.reason ?? `WAL ${wal_status}`))
    const remedy = `SELECT pg_drop_replication_slot('${slot_name}').`
    return { name, status: 'warn', detail, remedy }
  }
  if (wal_status === 'unreserved') {
    const remedy =
      "It is about to be lost. As a superuser: ALTER SYSTEM SET max_slot_wal_keep_size = '50GB'; SELECT pg_reload_conf(); and let the connector catch up."
    return { name, status: 'warn', detail, remedy }
  }
  const bytes = Number(behind ?? 0)
  if (wanted && (bytes > FAR_BEHIND || (safe !== null && Number(safe) < bytes))) {
    const left = safe === null ? '' : `, and is lost after ${megabytes(Number(safe))} more`
    return {
      name,
      status: 'warn',
      detail: `${detail}; the connector is ${megabytes(bytes)} of WAL behind${left}`,
      remedy:
        'Look at the connector and at Kafka; a large transaction takes its time. Raise max_slot_wal_keep_size when it would be lost before.',
    }
  }
  if (active) return { name, status: 'ok', detail }
  const remedy = wanted
    ? 'The connector reads it when it runs and has taken its snapshot: npm run register-connector starts it.'
    : `It keeps WAL for nobody. When it is not needed: SELECT pg_drop_replication_slot('${slot_name}').`
  return { name, status: 'warn', detail, remedy }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`
