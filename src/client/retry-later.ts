/** Upper limit of Retry-After, milliseconds. */
const LATEST_MS = 3_600_000

/** Milliseconds of `Retry-After`, given in seconds or as a date; 0 without it. `now`: milliseconds since 1970. */
export function retryAfterMs(text: string | null, now: number): number {
  if (text === null) return 0
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), LATEST_MS)
}

/** Error of a handler with a minimum delay before the next attempt. */
export interface RetryLater extends Error {
  readonly retryAfterMs: number
}

export const retryLater = (message: string, ms: number): RetryLater =>
  Object.assign(new Error(message), { retryAfterMs: ms })

/** The minimum delay of a handler's error, milliseconds; 0 without one. */
export function askedMs(error: unknown): number {
  if (!(error instanceof Error) || !('retryAfterMs' in error)) return 0
  const { retryAfterMs: ms } = error
  return typeof ms === 'number' && ms > 0 ? Math.min(ms, LATEST_MS) : 0
}
