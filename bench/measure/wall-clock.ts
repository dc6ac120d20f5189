const NANOS = 1_000n

/** Microseconds of the system clock between two of its milliseconds: `Date.now()` when it ticks is exact. */
function calibrated(): bigint {
  const before = Date.now()
  let now = before
  while (now === before) now = Date.now()
  return BigInt(now) * 1_000n - process.hrtime.bigint() / NANOS
}

const offset = calibrated()

/** Microseconds since the epoch; the same in all processes of this machine to a few microseconds. */
export function wallMicros(): number {
  return Number(offset + process.hrtime.bigint() / NANOS)
}
