import type { Client } from 'pg'
import { commandLine } from '../../command-line'
import type { SlotLoss } from '../../connector/slot-loss'
import { RESYNC, slotIsGone, slotIsInvalid } from '../../connector/slot-loss'
import type { Finding } from '../../dev-stack/machine/finding'

export interface SlotCheckOptions {
  /** The connector's. */
  readonly slot: string
  /** Whether the connector has read from a slot before; undefined when unknown. */
  readonly hasRead?: () => Promise<boolean | undefined>
}

interface Slot {
  readonly slot_name: string
  readonly active: boolean
  readonly wal_status: string | null
  /** Why PostgreSQL has invalidated it; servers before 16 do not report it. */
  readonly reason: string | null
  readonly held: string | null
  /** Bytes that the connector has not confirmed. */
  readonly unconfirmed: string | null
  /** Bytes of WAL until it is lost; null without a limit, or when it is lost. */
  readonly safe: string | null
}

/** Checks the connector's slot, and every other inactive slot: it retains WAL until the disk is full. */
export async function checkSlots(
  client: Client,
  { slot: wanted, hasRead = () => Promise.resolve(undefined) }: SlotCheckOptions,
): Promise<readonly Finding[]> {
  const { rows } = await client.query<Slot>(
    `SELECT slot_name, active, wal_status, to_jsonb(s) ->> 'invalidation_reason' AS reason,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS held,
       pg_wal_lsn_diff(pg_current_wal_lsn(), confirmed_flush_lsn)::text AS unconfirmed, safe_wal_size::text AS safe
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
    const detail = 'does not exist yet; the connector creates it'
    return { name, status: 'warn', detail, remedy: `${commandLine('register-connector')}.` }
  }
  return {
    name,
    status: 'warn',
    detail:
      'does not exist, and Kafka Connect does not report whether the connector has read from it before: if it has, changes are lost',
    remedy: `If the slot existed before: facts resync --all. Otherwise ${commandLine('register-connector')}, which has the connector create it.`,
  }
}

function lost({ slot, what }: SlotLoss): Finding {
  const detail = `${what} [CHANGES_LOST]`
  return { name: `postgres slot ${slot}`, status: 'fail', detail, remedy: RESYNC }
}

/** Unconfirmed WAL, in bytes, from which a warning is due. */
const UNCONFIRMED_WARNING = 1024 ** 3

function describe(slot: Slot, wanted: boolean): Finding {
  const { slot_name, active, wal_status, held, unconfirmed, safe } = slot
  const name = `postgres slot ${slot_name}`
  const detail = `${active ? 'active' : 'inactive'}, WAL ${wal_status ?? 'unknown'}, ${held ?? 'nothing'} retained`
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
  const bytes = Number(unconfirmed ?? 0)
  if (wanted && (bytes > UNCONFIRMED_WARNING || (safe !== null && Number(safe) < bytes))) {
    const left = safe === null ? '' : `, and the slot is lost after ${megabytes(Number(safe))} more`
    return {
      name,
      status: 'warn',
      detail: `${detail}; the connector has ${megabytes(bytes)} of WAL to confirm${left}`,
      remedy:
        'Check the connector and Kafka; a large transaction takes a while. Raise max_slot_wal_keep_size if the slot would be lost before.',
    }
  }
  if (active) return { name, status: 'ok', detail }
  const remedy = wanted
    ? `The connector reads it when it runs and has taken its snapshot: ${commandLine('register-connector')} starts it.`
    : `It retains WAL although no process reads it. If it is not needed: SELECT pg_drop_replication_slot('${slot_name}').`
  return { name, status: 'warn', detail, remedy }
}

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2)} MB`
