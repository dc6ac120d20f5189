import { randomInt } from 'node:crypto'
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises'

export type Direction = 'requests' | 'replies'

/** What a network does to bytes; nothing without any. */
export interface Toxics {
  /** Milliseconds that bytes are on their way, each way. */
  readonly latencyMs?: number
  /** By how much that is more or less at random. */
  readonly jitterMs?: number
  /** Each way, for all connections together. */
  readonly bytesPerSecond?: number
  /** Bytes arrive in pieces of 1 to so many. */
  readonly sliceBytes?: number
  /** Bytes get stuck: both ways, or only what is answered. They arrive when this ends, as after TCP's own repetitions. */
  readonly blackHole?: 'both' | 'replies'
}

/** A piece of a stream is at most that large when there is a limit for bytes per second, so that connections take turns. */
const TURN_BYTES = 16 * 1024

/** How many slices are sent between two looks at anything else, about. */
const SLICES_OF_A_TURN = 8

/** A network between two ends, as bad as it is set to be. */
export class BadNetwork {
  private toxics: Toxics = {}
  /** Those that are stuck look again. */
  private readonly stuck: (() => void)[] = []
  /** When each way has transmitted what it has taken on, milliseconds since the epoch. */
  private readonly freeAt = { requests: 0, replies: 0 }

  become(toxics: Toxics): void {
    this.toxics = toxics
    for (const lookAgain of this.stuck.splice(0)) lookAgain()
  }

  /** When bytes that set off now arrive, milliseconds since the epoch. */
  arrival(): number {
    const { latencyMs = 0, jitterMs = 0 } = this.toxics
    return Date.now() + latencyMs + (jitterMs === 0 ? 0 : randomInt(-jitterMs, jitterMs + 1))
  }

  /** Resolves when all bytes are through; hands them over piece by piece. */
  async carry(
    bytes: Buffer,
    direction: Direction,
    arrival: number,
    deliver: (piece: Buffer) => void,
  ): Promise<void> {
    if (arrival > Date.now()) await delay(arrival - Date.now())
    for (let at = 0; at < bytes.length;) {
      while (this.isStuck(direction)) {
        await new Promise<void>((lookAgain) => this.stuck.push(lookAgain))
      }
      const piece = bytes.subarray(at, at + this.pieceBytes(bytes.length))
      await this.transmit(piece.length, direction)
      deliver(piece)
      at += piece.length
    }
  }

  private isStuck(direction: Direction): boolean {
    const { blackHole } = this.toxics
    return blackHole === 'both' || (blackHole === 'replies' && direction === 'replies')
  }

  private pieceBytes(all: number): number {
    const { sliceBytes, bytesPerSecond } = this.toxics
    if (sliceBytes !== undefined) return randomInt(1, sliceBytes + 1)
    return bytesPerSecond === undefined ? all : TURN_BYTES
  }

  private async transmit(length: number, direction: Direction): Promise<void> {
    const { sliceBytes, bytesPerSecond } = this.toxics
    // Or the pieces would be one again at the other end. Not for each of them: it takes longer than all the rest.
    if (sliceBytes !== undefined && randomInt(0, SLICES_OF_A_TURN) === 0) await turn()
    if (bytesPerSecond === undefined) return
    const from = Math.max(Date.now(), this.freeAt[direction])
    this.freeAt[direction] = from + (length / bytesPerSecond) * 1_000
    await delay(this.freeAt[direction] - Date.now())
  }
}
