import fc from 'fast-check'
import { timestampOf } from '../../../src/fact/value/timestamp'
import { protoTimestamp, rfc3339 } from '../../../src/fact/value/source-time'

test('an instant is the same point in time as Date says, for any date of the years 1 to 9999', () => {
  const dates = fc.date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  fc.assert(
    fc.property(dates, (date) => {
      const { seconds, nanos } = timestampOf(date.toISOString())
      expect(Number(seconds) * 1000 + nanos / 1_000_000).toBe(date.getTime())
    }),
  )
})

test.each([
  ['2026-01-02T03:04:05Z', 0],
  ['2026-01-02T03:04:05.6Z', 600_000_000],
  ['2026-01-02T03:04:05.678901Z', 678_901_000],
  ['2026-01-02T03:04:05.123456789Z', 123_456_789],
])('%s keeps its fraction', (instant, nanos) => {
  expect(timestampOf(instant)).toEqual({ seconds: 1_767_323_045n, nanos })
})

test.each([
  'infinity',
  '-infinity',
  '+10000-01-01T00:00:00Z',
  '-0044-03-15T00:00:00Z',
  '0000-06-01T00:00:00.000000Z',
  '2026-01-02',
])('%s is refused, because a Timestamp cannot hold it', (instant) => {
  expect(() => timestampOf(instant)).toThrow(expect.objectContaining({ code: 'MAP_FAILED' }))
})

test('microseconds become a Timestamp and RFC 3339 text of the same moment, before 1970 too', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -62_000_000_000_000_000n, max: 250_000_000_000_000_000n }),
      (micros) => {
        const { seconds, nanos } = protoTimestamp(micros)
        expect(seconds * 1_000_000n + BigInt(nanos / 1000)).toBe(micros)
        expect(nanos).toBeGreaterThanOrEqual(0)
        expect(timestampOf(rfc3339(micros))).toEqual({ seconds, nanos })
      },
    ),
  )
})
