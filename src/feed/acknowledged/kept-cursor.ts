/** Key of an acknowledged cursor: consumer and feed. */
export interface CursorOwner {
  readonly consumer: string
  readonly feed: string
}

/** A cursor that a consumer has acknowledged. */
export interface KeptCursor {
  readonly cursor: string
  /** RFC 3339. */
  readonly acknowledgedAt: string
  /** Unique for each acknowledgement; the ETag. */
  readonly version: string
}

/** Key of its record. */
export const ownerKey = ({ consumer, feed }: CursorOwner): string =>
  JSON.stringify([consumer, feed])

export function encodeKept({ cursor, acknowledgedAt, version }: KeptCursor): Buffer {
  return Buffer.from(JSON.stringify({ cursor, acknowledged_at: acknowledgedAt, version }))
}

/** Undefined when the value is not a stored cursor. */
export function decodeKept(value: Buffer): KeptCursor | undefined {
  try {
    const {
      cursor,
      acknowledged_at: acknowledgedAt,
      version,
    } = JSON.parse(String(value)) as {
      readonly [name: string]: unknown
    }
    if (typeof cursor !== 'string' || typeof acknowledgedAt !== 'string') return undefined
    return typeof version === 'string' ? { cursor, acknowledgedAt, version } : undefined
  } catch {
    return undefined
  }
}
