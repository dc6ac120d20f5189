/** What is in front of every request and response: its length, without these bytes. */
const LENGTH_BYTES = 4

/** Cuts a stream of bytes into requests or responses, each with its length in front. */
export class KafkaFrames {
  private rest = Buffer.alloc(0)

  /** Those that are complete now. */
  push(bytes: Buffer): readonly Buffer[] {
    this.rest = Buffer.concat([this.rest, bytes])
    const frames: Buffer[] = []
    for (;;) {
      if (this.rest.length < LENGTH_BYTES) return frames
      const end = LENGTH_BYTES + this.rest.readInt32BE(0)
      if (this.rest.length < end) return frames
      frames.push(this.rest.subarray(0, end))
      this.rest = this.rest.subarray(end)
    }
  }
}

export interface KafkaRequest {
  readonly apiKey: number
  readonly apiVersion: number
  readonly correlationId: number
  readonly clientId: string
  /** After the part of the header that all versions have: where it is flexible, tagged fields come first (KIP-482). */
  readonly body: Buffer
  /** All of it, with its length. */
  readonly frame: Buffer
}

export function readRequest(frame: Buffer): KafkaRequest {
  const clientIdLength = Math.max(0, frame.readInt16BE(12))
  const body = 14 + clientIdLength
  return {
    apiKey: frame.readInt16BE(4),
    apiVersion: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
    clientId: frame.toString('utf8', 14, body),
    body: frame.subarray(body),
    frame,
  }
}

/** Of a response: what its request was numbered. */
export function correlationIdOf(frame: Buffer): number {
  return frame.readInt32BE(LENGTH_BYTES)
}

/** Of a response: the bytes after the correlation id. */
export function responseBody(frame: Buffer): Buffer {
  return frame.subarray(2 * LENGTH_BYTES)
}
