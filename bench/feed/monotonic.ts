/** Where `performance.now()` begins on the clock that `process.hrtime` reads. */
const base = Number(process.hrtime.bigint()) / 1_000 - performance.now() * 1_000

/** Microseconds of CLOCK_MONOTONIC, which all processes of a machine share. */
export const monotonicMicros = (): number => base + performance.now() * 1_000
