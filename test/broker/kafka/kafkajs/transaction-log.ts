import fc from 'fast-check'
import type { LogBatch } from './log-bytes'
import { endOfTransaction } from './log-bytes'

export interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** A partition's log of interleaved transactions, with what is true of it by construction. */
export interface TransactionLog {
  readonly batches: readonly LogBatch[]
  /** Offsets of the records of committed transactions and of no transaction. */
  readonly committed: readonly bigint[]
  /** What a broker reports to a fetch from `offset`: transactions with a marker after it, in the order of their markers. */
  readonly abortedFrom: (offset: bigint) => readonly Aborted[]
}

interface Step {
  readonly producer: number
  readonly act: 'write' | 'plain' | 'commit' | 'abort'
  readonly records: number
}

const step: fc.Arbitrary<Step> = fc.record({
  producer: fc.nat(3),
  act: fc.constantFrom('write', 'write', 'write', 'plain', 'commit', 'abort'),
  records: fc.integer({ min: 1, max: 3 }),
})

/** At the end every transaction is ended: a committed reader gets nothing after an open one. */
export const anyTransactionLog: fc.Arbitrary<TransactionLog> = fc
  .array(step, { minLength: 1, maxLength: 40 })
  .map((steps) => build([...steps, ...endAll]))

const endAll = [0, 1, 2, 3].map((producer): Step => ({ producer, act: 'abort', records: 1 }))

function build(steps: readonly Step[]): TransactionLog {
  const batches: LogBatch[] = []
  const committed: bigint[] = []
  const aborted: (Aborted & { readonly marker: bigint })[] = []
  const open = new Map<number, bigint[]>()
  let next = 0n
  for (const { producer, act, records } of steps) {
    // A producer with an open transaction writes nothing outside it.
    const inTransaction = open.get(producer)
    const producerId = BigInt(producer)
    const firstOffset = next
    if (act === 'write' || act === 'plain') {
      const transactional = act === 'write' || inTransaction !== undefined
      const written = Array.from({ length: records }, (_, index) => firstOffset + BigInt(index))
      if (transactional) open.set(producer, [...(inTransaction ?? []), ...written])
      else committed.push(...written)
      // Keys like those of markers, now and then.
      const record = { key: records === 2 ? Buffer.alloc(4) : null, value: act }
      batches.push({ firstOffset, producerId, transactional, records: written.map(() => record) })
      next += BigInt(records)
    } else if (inTransaction !== undefined) {
      batches.push(endOfTransaction(firstOffset, producerId, act))
      if (act === 'commit') committed.push(...inTransaction)
      else aborted.push({ producerId, firstOffset: inTransaction[0]!, marker: firstOffset })
      open.delete(producer)
      next += 1n
    }
  }
  return {
    batches: batches.length > 0 ? batches : [endOfTransaction(0n, 0n, 'commit')],
    committed: committed.sort((a, b) => Number(a - b)),
    abortedFrom: (offset) => aborted.filter(({ marker }) => marker >= offset),
  }
}
