import type { SourcePosition } from '../../table/shape/source-position'
import { facts } from '../../gen/messages'
import type { Headers } from '../../topology/record'
import type { Move } from '../history/moved-key'
import { protoTimestamp, rfc3339 } from '../value/source-time'

const { Kind } = facts.v1

export interface FactIdentity {
  /** See `factId`. */
  readonly id: string
  /** Name of the fact, for example `shop.order`. */
  readonly fact: string
  readonly kind: facts.v1.Kind
  /** Primary key as text. */
  readonly subject: string
  readonly position: SourcePosition
  /** Grows with every fact of the subject. */
  readonly revision: bigint
  readonly unavailable: readonly string[]
  readonly move?: Move | undefined
}

/**
 * The header of a fact. Everything in it comes from the change, nothing from the clock or the host of the pipeline, so
 * a change that is processed again produces the same bytes.
 */
export function factHeader({
  id,
  kind,
  subject,
  position,
  revision,
  unavailable,
  move,
}: FactIdentity): facts.v1.Header {
  const { lsn, transactionId, transactionOrder, connector, database, schema, table } = position
  return {
    id,
    kind,
    subject,
    revision,
    time: protoTimestamp(position.committedAt),
    source: {
      connector,
      database,
      schema,
      table,
      lsn,
      transactionId: transactionId ?? 0n,
      transactionOrder: transactionOrder ?? 0n,
      snapshot: position.snapshot,
    },
    unavailable,
    movedFrom: move?.from ?? '',
    movedTo: move?.to ?? '',
  }
}

/**
 * Unique per change: one row's changes have different LSNs, or different places in one transaction, in each history of the
 * database.
 */
export function factId(
  fact: string,
  subject: string,
  { lsn, transactionOrder }: SourcePosition,
  epoch: number,
): string {
  const history = epoch === 1 ? '' : `${epoch}/`
  return `${fact}/${subject}@${history}${String(lsn)}.${String(transactionOrder ?? 0n)}`
}

/** CloudEvents type of each kind, after the fact's name. */
const VERB: Readonly<Record<facts.v1.Kind, string>> = {
  [Kind.KIND_UNSPECIFIED]: 'unspecified',
  [Kind.KIND_CREATED]: 'created',
  [Kind.KIND_UPDATED]: 'updated',
  [Kind.KIND_DELETED]: 'deleted',
  [Kind.KIND_SNAPSHOT]: 'snapshot',
}

/** The header as CloudEvents 1.0 attributes, in the binary content mode of the Kafka protocol binding. */
export function cloudEventHeaders({ id, fact, kind, subject, position }: FactIdentity): Headers {
  return {
    ce_specversion: '1.0',
    ce_id: id,
    ce_source: `/${position.connector}/${position.schema}.${position.table}`,
    ce_type: `${fact}.${VERB[kind]}`,
    ce_subject: subject,
    ce_time: rfc3339(position.committedAt),
    'content-type': 'application/protobuf',
  }
}
