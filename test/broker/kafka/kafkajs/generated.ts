import fc from 'fast-check'
import type { LogBatch } from './log-bytes'

const bytes = fc.oneof(
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 80 }),
  fc.uint8Array({ maxLength: 80 }).map((it) => Buffer.from(it)),
)
const headerValue = bytes.map((it) => it ?? '')
/** KafkaJS mistakes a header called like a member of Object for a second value of it. */
const headerName = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((name) => !(name in Object.prototype))

export const anyHeaders = fc.dictionary(
  headerName,
  fc.oneof(headerValue, fc.array(headerValue, { maxLength: 3 })),
  { maxKeys: 4 },
)

/** Keys, values and headers as KafkaJS can produce them. */
export const anyContent = fc.record(
  { key: bytes, value: bytes, headers: anyHeaders },
  { requiredKeys: ['value'] },
)

const EPOCH = 1_700_000_000_000
/** Around the limits of one to eight bytes of a varint. */
const timestampDelta = fc.oneof(
  fc.integer({ min: -70, max: 70 }),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  fc.maxSafeInteger().map((it) => Math.trunc(it / 2)),
  fc.constantFrom(
    63,
    64,
    -64,
    -65,
    2 ** 27 - 1,
    2 ** 27,
    -(2 ** 27),
    -(2 ** 27) - 1,
    2 ** 31,
    2 ** 48,
  ),
)

export const anyBatch: fc.Arbitrary<LogBatch> = fc
  .record({
    firstOffset: fc.oneof(
      fc.bigInt(0n, 1_000_000n),
      fc.bigInt(2n ** 53n - 20n, 2n ** 53n + 20n),
      fc.bigInt(2n ** 62n, 2n ** 63n - 1_000_000n),
    ),
    records: fc.array(fc.record({ offsetDelta: fc.nat(3), timestampDelta, content: anyContent }), {
      minLength: 1,
      maxLength: 20,
    }),
    firstTimestamp: fc.constantFrom(0, EPOCH),
    maxTimestamp: fc.nat(EPOCH),
    producerId: fc.bigInt(-1n, 2n ** 63n - 1n),
    producerEpoch: fc.integer({ min: -1, max: 2 ** 15 - 1 }),
    transactional: fc.boolean(),
    control: fc.boolean(),
    logAppendTime: fc.boolean(),
    compression: fc.constantFrom(0, 1),
  })
  .map(({ records, ...batch }) => {
    let next = 0
    return {
      ...batch,
      records: records.map(({ offsetDelta, content, ...record }) => {
        // Compaction leaves gaps between offsets.
        next += offsetDelta + 1
        return { ...content, ...record, offsetDelta: next - 1 }
      }),
      lastOffsetDelta: next - 1,
    }
  })
