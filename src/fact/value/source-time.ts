import type { google } from '../../gen/messages'

const MICROS = 1_000_000n

/** Microseconds since the epoch as protobuf's Timestamp. */
export function protoTimestamp(micros: bigint): google.protobuf.Timestamp {
  const rest = micros % MICROS
  const nanos = Number(rest < 0n ? rest + MICROS : rest) * 1_000
  return { seconds: (micros - BigInt(nanos / 1_000)) / MICROS, nanos }
}

let second = 0n
let text = '1970-01-01T00:00:00'

/** Microseconds since the epoch as RFC 3339 text, `2026-01-02T03:04:05.678901Z`. */
export function rfc3339(micros: bigint): string {
  const { seconds, nanos } = protoTimestamp(micros)
  if (seconds !== second) {
    // Changes arrive in the order of time: the same second many times.
    second = seconds
    text = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19)
  }
  return `${text}.${String(nanos / 1_000).padStart(6, '0')}Z`
}
