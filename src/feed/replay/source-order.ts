import type { Image } from '../image/image'

/** Sort key of source transactions. */
export interface SourceOrder {
  /** Commit time, microseconds since 1970. */
  readonly time: bigint
  /** LSN of the change; orders transactions with equal commit time. */
  readonly lsn: bigint
  /** Order of the change within its transaction. */
  readonly transactionOrder: bigint
}

/** The sort key; of a record that is not a fact only the time is known. */
export function orderOf(time: bigint, image: Image | undefined): SourceOrder {
  const source = image?.message.header?.source
  return { time, lsn: source?.lsn ?? 0n, transactionOrder: source?.transactionOrder ?? 0n }
}

/** Negative when `a` comes first, 0 when they are equal. */
export function compareOrder(a: SourceOrder, b: SourceOrder): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  if (a.lsn !== b.lsn) return a.lsn < b.lsn ? -1 : 1
  return Number(a.transactionOrder - b.transactionOrder)
}
