import { FactsError } from '../../src/errors'
import type { Processor, ProcessorContext, ProcessorSupplier } from '../../src/topology/processor'
import type { LogRecord } from '../../src/topology/record'
import type { GlobalTable, Topology } from '../../src/topology/topology'
import type { Sink } from '../../src/topology/sink'
import { defineTopology } from '../../src/topology/topology'

export const INPUT = 'input'
export const OUTPUT = 'output'
export const TABLE = 'table'
export const DEAD_LETTERS = 'dead-letters'
export const COUNTS = 'counts'

const sink: Sink = { name: 'out', topic: OUTPUT, prepare: () => Promise.resolve() }

export const toyTable: GlobalTable = {
  name: TABLE,
  topic: TABLE,
  open: () => {
    const rows = new Map<string, string | undefined>()
    const faults = new Map<string, FactsError>()
    return {
      rows,
      get size() {
        return rows.size
      },
      get fault() {
        return [...faults.values()][0]
      },
      apply({ key, value, topic, partition, offset }) {
        const name = key?.toString() ?? ''
        faults.delete(name)
        if (String(value) !== 'broken') rows.set(name, value?.toString())
        else {
          const where = { topic, partition, offset }
          faults.set(name, new FactsError('COLUMN_INVALID', 'the row is broken', where))
        }
      },
    }
  },
}

/**
 * Copies a value `v` to `v`, with the table's row for the key after it (`v+row`) when there is one. `drop` is dropped,
 * `bad` is a bad record, `halt` needs a person, `nothing` is a programming error, `huge` is too large for a topic.
 * `all` is copied and broadcast, and copied by every partition that receives it; `all-bad` is bad besides, `all-refused`
 * is bad where it is received.
 * `keep...` is kept whole, and copied as `kept`.
 * `steps` is copied three times, in steps, and counted in each; `steps-bad` is bad in the third.
 * `count...` is copied with the number of such values that the key has had (`count...#2`), `forget` ends the count.
 */
const copy: ProcessorSupplier = (tables, stores): Processor => ({
  process(record, context) {
    const value = record.value?.toString() ?? ''
    if (value === 'drop') {
      context.drop('declared')
      return
    }
    if (value === 'halt') throw new FactsError('COLUMN_MISSING', 'a column is gone')
    if (value === 'nothing') return
    if (value.startsWith('all')) context.broadcast()
    const key = record.key?.toString() ?? ''
    const counts = stores.get(COUNTS)
    if (value === 'forget') counts?.delete(key)
    const count = Number(counts?.get(key)?.toString() ?? 0) + 1
    if (value.startsWith('count')) counts?.set(key, Buffer.from(String(count)))
    if (value.startsWith('steps')) {
      const setCount = (done: number): unknown => counts?.set(key, Buffer.from(String(done)))
      context.inSteps(copies(record, context, setCount))
      return
    }
    const row = tables.get(TABLE)?.get(key) as string | undefined
    const counted = value.startsWith('count') ? `${value}#${count}` : value
    if (value.startsWith('keep')) counts?.set(key, Buffer.from(value))
    const said = value.startsWith('keep') ? 'kept' : counted
    const out = row === undefined ? said : `${said}+${row}`
    const bytes = value === 'huge' ? Buffer.alloc(2_000_000) : Buffer.from(out)
    context.forward(sink, {
      key: record.key,
      value: bytes,
      timestamp: record.timestamp,
      headers: {},
    })
    // After the forward on purpose: what a bad record has forwarded must be undone.
    if (['bad', 'count-bad', 'all-bad'].includes(value))
      throw new FactsError('ENVELOPE_INVALID', 'not an envelope')
  },
  receive({ key, value, timestamp }, context) {
    if (String(value) === 'all-refused') throw new FactsError('MAP_FAILED', 'not to be received')
    context.forward(sink, { key, value, timestamp, headers: {} })
  },
})

function* copies(
  { key, value, timestamp }: LogRecord,
  context: ProcessorContext,
  setCount: (done: number) => unknown,
): Generator<undefined, void> {
  for (let done = 1; done <= 3; done += 1) {
    if (done === 3 && String(value) === 'steps-bad')
      throw new FactsError('ENVELOPE_INVALID', 'its third step is bad')
    setCount(done)
    context.forward(sink, { key, value: Buffer.from(`step ${done}`), timestamp, headers: {} })
    yield
  }
}

export function toyTopology(): Topology {
  return defineTopology({
    sources: [{ name: 'in', topic: INPUT }],
    globalTables: [toyTable],
    processors: [
      {
        name: 'copy',
        source: 'in',
        tables: [TABLE],
        stores: [COUNTS],
        sinks: ['out'],
        supplier: copy,
      },
    ],
    sinks: [sink],
    deadLetters: DEAD_LETTERS,
  })
}
