import type { FastifyRequest } from 'fastify'
import { inLine } from '../event/event-text'
import type { ProblemReply } from './routes/problem-reply'

/** What of our own mistakes passes is not known: seconds. */
const AFTER_A_MISTAKE = 10
const STREAM = 'text/event-stream'

/**
 * EventSource comes back when a stream ends, and gives up for good at any status but 200. So whoever asks for a stream, and
 * for no problems, is answered what passes with a stream of no events: when to come back, and for people why. Undefined of
 * what does not pass, and for others.
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
    // No empty line: some readers take one for an event.
    text: `: ${type} ${detail}\nretry: ${milliseconds}\n`,
  }
}

function wantsStream({ method, routeOptions, headers }: FastifyRequest): boolean {
  const isOfStream = /\/stream$|^\/events$/.test(routeOptions.url ?? '')
  const accepted = (headers.accept ?? '').toLowerCase()
  const isMeant = accepted.includes(STREAM) && !accepted.includes('application/problem+json')
  return isOfStream && isMeant && method !== 'HEAD'
}
