import type { Image } from '../image/image'

/** What source transactions are put in order by. */
export interface SourceOrder {
  /** Commit time, microseconds since 1970. */
  readonly time: bigint
  /** Of the change; transactions of one time are told apart by it. */
  readonly lsn: bigint
  /** Of the change within its transaction. */
  readonly transactionOrder: bigint
}

/** Of what is no fact only the time is known. */
export function orderOf(time: bigint, image: Image | undefined): SourceOrder {
  const source = image?.message.header?.source
  return { time, lsn: source?.lsn ?? 0n, transactionOrder: source?.transactionOrder ?? 0n }
}

/** Below 0 when `a` comes first, 0 when nothing tells them apart. */
export function compareOrder(a: SourceOrder, b: SourceOrder): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1
  if (a.lsn !== b.lsn) return a.lsn < b.lsn ? -1 : 1
  return Number(a.transactionOrder - b.transactionOrder)
}
