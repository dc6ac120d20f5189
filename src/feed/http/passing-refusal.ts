import type { FastifyRequest } from 'fastify'
import { inLine } from '../event/event-text'
import type { ProblemReply } from './routes/problem-reply'

/** `retry` after an internal error, whose duration is unknown: seconds. */
const AFTER_A_MISTAKE = 10
const STREAM = 'text/event-stream'

/**
 * EventSource reconnects when a stream ends, and gives up permanently at any status but 200. So a temporary error of a request
 * that accepts event streams but not problems is answered with an empty stream: `retry`, and for people the reason. Undefined
 * for permanent errors, and for other requests.
 */
export function passingRefusal(
  request: FastifyRequest,
  { status, headers, body }: ProblemReply,
): { readonly headers: Readonly<Record<string, string>>; readonly text: string } | undefined {
  const after = headers['retry-after'] ?? (status === 500 ? AFTER_A_MISTAKE : undefined)
  if (after === undefined || !wantsStream(request)) return undefined
  const [type, detail] = [String(body['type']), inLine(String(body['detail']))]
  const milliseconds = Number(after) * 1000 + Math.floor(Math.random() * 1000)
  return {
    headers: {
      ...headers,
      'content-type': `${STREAM}; charset=utf-8`,
      'retry-after': String(after),
      'feed-problem': type,
      'x-accel-buffering': 'no',
    },
    // No empty line: some readers dispatch an event at one.
    text: `: ${type} ${detail}\nretry: ${milliseconds}\n`,
  }
}

function wantsStream({ method, routeOptions, headers }: FastifyRequest): boolean {
  const isOfStream = /\/stream$|^\/events$/.test(routeOptions.url ?? '')
  const accepted = (headers.accept ?? '').toLowerCase()
  const isMeant = accepted.includes(STREAM) && !accepted.includes('application/problem+json')
  return isOfStream && isMeant && method !== 'HEAD'
}
