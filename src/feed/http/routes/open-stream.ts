import type { FastifyReply } from 'fastify'
import { EventSink } from '../../stream/event-sink'
import { Problem } from '../../problem'

/** How long a browser waits before it comes back, milliseconds; spread, so that not all come at once. */
const RETRY_MS = { least: 1_000, spread: 2_000 }

/**
 * Takes the connection over from the framework, and begins the stream. Throws Problem when the connection has answers to
 * give before: Node does not tell of those that wait behind them that the connection is gone.
 */
export function openStream(
  reply: FastifyReply,
  startCursor: string,
  bufferBytes: number,
): EventSink {
  const { socket } = reply.raw
  if (socket === null) {
    throw new Problem(
      'request-invalid',
      'A stream is not pipelined: ask for it when the answers to earlier requests on the connection have ended.',
    )
  }
  writeHead(reply, startCursor)
  reply.raw.flushHeaders()
  const sink = new EventSink(reply.raw, socket, bufferBytes)
  const retry = RETRY_MS.least + Math.floor(Math.random() * RETRY_MS.spread)
  // Of the block of the first event: some readers take a block without data for an event.
  sink.write(Buffer.from(`retry: ${retry}\n`))
  return sink
}

/** What HEAD is answered. */
export function headOfStream(reply: FastifyReply, startCursor: string): void {
  writeHead(reply, startCursor)
  reply.raw.end()
}

function writeHead(reply: FastifyReply, startCursor: string): void {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'feed-start-cursor': startCursor,
    // Who comes back on it when the server is being stopped would not find the next one.
    connection: 'close',
    // nginx would hold the events back until its buffer is full.
    'x-accel-buffering': 'no',
  })
}
