import { FactsError } from '../../errors'
import { withoutCredentials } from '../../client/credentials'
import { headerOf } from '../../client/feed-event'
import { BLOCKED_PORT } from '../../client/feed-connection'
import { retryAfterMs, retryLater } from '../../client/retry-later'
import type { EventHandler } from './event-handler'

/** The field that a webhook needs of each event; added to every selection. */
export const IDEMPOTENCY_FIELD = 'header.id'

/** Bytes of a response that are read, so that its connection can be reused. */
const MOST_ANSWER = 64 * 1024

/**
 * Posts each event as JSON; handled when the response is 2xx. The header Idempotency-Key is the fact's id, the same whenever
 * the event is sent again; omitted when the reader has no right to see it, because nothing else is that stable. User and
 * password in the URL become a header. Retry-After of any other response sets the delay before the next attempt.
 */
export function postEvent(webhook: string, timeoutMs: number): EventHandler {
  const { url, headers } = withoutCredentials(webhook)
  return async (event) => {
    const { id } = headerOf(event.data)
    const response = await answerOf(url, timeoutMs, {
      method: 'POST',
      headers: {
        ...headers,
        'content-type': 'application/json',
        ...(id === undefined ? {} : { 'idempotency-key': id }),
      },
      body: JSON.stringify(event),
      // Following a redirect would turn the POST into a GET.
      redirect: 'manual',
    })
    if (response.ok) return
    throw retryLater(
      `the webhook answered ${response.status}`,
      retryAfterMs(response.headers.get('retry-after'), Date.now()),
    )
  }
}

async function answerOf(url: string, timeoutMs: number, init: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const response = await fetch(url, { ...init, signal })
    await discard(response)
    return response
  } catch (error) {
    if (signal.aborted) {
      throw new Error(`the webhook did not answer within ${timeoutMs} ms`, { cause: error })
    }
    // Node's message is "fetch failed"; the reason is in the cause.
    const { message, cause } = error as Error
    const why = cause instanceof Error ? cause.message : message
    if (why !== BLOCKED_PORT) {
      throw new Error(`the webhook cannot be reached: ${why}`, { cause: error })
    }
    throw new FactsError(
      'CONFIG_INVALID',
      `Port ${new URL(url).port} of the webhook is one that HTTP clients refuse to use. Have it listen on another.`,
      { cause: error },
    )
  }
}

/** Reads the body to its end, so that the connection is reused; one that is too long is aborted. */
async function discard({ body }: Response): Promise<void> {
  if (body === null) return
  const reader = body.getReader() as ReadableStreamDefaultReader<Uint8Array>
  let read = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    read += value.length
    if (read > MOST_ANSWER) return reader.cancel()
  }
}
