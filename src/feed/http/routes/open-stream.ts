import type { FastifyReply } from 'fastify'
import { StreamWriter } from '../../stream/stream-writer'
import { Problem } from '../../problem'

/** `retry:` of a stream, milliseconds; jittered, so that not all clients reconnect at the same time. */
const RETRY_MS = { least: 1_000, spread: 2_000 }

/**
 * Takes the connection over from the framework, and begins the stream. Throws Problem when earlier responses on the
 * connection are pending: Node does not report the end of a connection to the responses that wait after them.
 */
export function openStream(
  reply: FastifyReply,
  startCursor: string,
  bufferBytes: number,
): StreamWriter {
  const { socket } = reply.raw
  if (socket === null) {
    throw new Problem(
      'request-invalid',
      'A stream cannot be pipelined: request it when the responses to earlier requests on the connection have ended.',
    )
  }
  writeHead(reply, startCursor)
  reply.raw.flushHeaders()
  const output = new StreamWriter(reply.raw, socket, bufferBytes)
  const retry = RETRY_MS.least + Math.floor(Math.random() * RETRY_MS.spread)
  // Part of the block of the first event: some readers dispatch a block without data.
  output.write(Buffer.from(`retry: ${retry}\n`))
  return output
}

/** Response to HEAD. */
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
    // A client that reuses it while the server shuts down would not reach the next one.
    connection: 'close',
    // nginx would buffer the events.
    'x-accel-buffering': 'no',
  })
}
