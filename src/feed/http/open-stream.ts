import type { FastifyReply } from 'fastify'
import { EventSink } from '../event-sink'

/** How long a browser waits before it comes back, milliseconds; spread, so that not all come at once. */
const RETRY_MS = { least: 1_000, spread: 2_000 }

export const streamHead = (startCursor: string): Record<string, string> => ({
  'content-type': 'text/event-stream; charset=utf-8',
  'feed-start-cursor': startCursor,
  // nginx would hold the events back until its buffer is full.
  'x-accel-buffering': 'no',
})

/** Takes the connection over from the framework, and begins the stream. */
export function openStream(
  reply: FastifyReply,
  startCursor: string,
  bufferBytes: number,
): EventSink {
  reply.hijack()
  reply.raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    ...streamHead(startCursor),
  })
  reply.raw.flushHeaders()
  const sink = new EventSink(reply.raw, bufferBytes)
  const retry = RETRY_MS.least + Math.floor(Math.random() * RETRY_MS.spread)
  sink.write(Buffer.from(`retry: ${retry}\n\n`))
  return sink
}
