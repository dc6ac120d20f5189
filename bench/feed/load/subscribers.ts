import { writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { markedNumber } from '../fact-marker'
import { monotonicMicros } from '../monotonic'

/** Settings of the process of the subscribers, as JSON in its first argument. */
export interface SubscribersOptions {
  readonly port: number
  readonly path: string
  readonly sessions: number
  /** Of them, how many take nothing once they are open. */
  readonly stalled: number
  /** The most deliveries that are noted. */
  readonly most: number
}

/** A server has so many connections of one address at most (`feed.maxSessionsPerAddress`). */
const PER_ADDRESS = 900
const AT_ONCE = 50
const END = Buffer.from('\n\n')

const { port, path, sessions, stalled, most } = JSON.parse(
  process.argv[2] ?? '',
) as SubscribersOptions

/** Number and time of each delivery, alternating. */
const deliveries = new Float64Array(2 * most)
let count = 0
let lost = 0
/** All sockets read into it, one after the other. */
const shared = Buffer.allocUnsafe(256 * 1024)

/** Reads an event stream's blocks as far as is needed to tell their facts apart. */
class Subscriber {
  private rest: Buffer | undefined
  private wasOpened = false

  constructor(
    private readonly takes: boolean,
    private readonly onOpen: () => void,
  ) {}

  /** False pauses the socket. */
  read(length: number): boolean {
    const chunk = shared.subarray(0, length)
    if (!this.wasOpened) {
      if (!chunk.includes('200 OK')) throw new Error(chunk.toString('utf8', 0, 500))
      this.wasOpened = true
      this.onOpen()
      return this.takes
    }
    const now = monotonicMicros()
    const bytes = this.rest === undefined ? chunk : Buffer.concat([this.rest, chunk])
    let at = 0
    for (;;) {
      const end = bytes.indexOf(END, at)
      if (end < 0) break
      const number = markedNumber(bytes, at, end)
      if (number !== undefined && count < most) {
        deliveries[2 * count] = number
        deliveries[2 * count + 1] = now
        count += 1
      }
      at = end + END.length
    }
    // What frames a chunk of HTTP is short; the beginning of a block is not.
    this.rest = bytes.length - at > 8 ? Buffer.from(bytes.subarray(at)) : undefined
    return this.takes
  }
}

function open(index: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const subscriber = new Subscriber(index >= stalled, () => resolve(socket))
    const socket = connect({
      host: '127.0.0.1',
      port,
      localAddress: `127.0.1.${1 + Math.floor(index / PER_ADDRESS)}`,
      onread: { buffer: shared, callback: (length) => subscriber.read(length) },
    })
    socket.setNoDelay(true)
    socket.on('error', reject).on('close', () => {
      lost += 1
      reject(new Error('A stream was closed.'))
    })
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`,
    )
  })
}

async function main(): Promise<void> {
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < sessions) {
      next += 1
      await open(next - 1)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  process.on('message', ({ clear, file }: { readonly clear?: true; readonly file?: string }) => {
    if (clear === true) count = 0
    if (file !== undefined) writeFileSync(file, new Uint8Array(deliveries.buffer, 0, 16 * count))
    process.send?.({ count, lost })
  })
  process.send?.({ open: sessions })
}

// No process is left that could end it.
process.once('disconnect', () => process.exit())

main().catch((error: unknown) => {
  console.error(error)
  process.exit(1)
})
