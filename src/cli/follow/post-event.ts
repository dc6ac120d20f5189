import type { FeedEvent } from '../../follow'
import type { EventHandler } from './event-handler'

/** What a webhook needs of each event, whatever is selected. */
export const IDEMPOTENCY_FIELD = 'header.id'

/**
 * Posts each event as JSON; handled when the answer is 2xx. The header Idempotency-Key is the fact's id, the same whenever
 * the event is sent again; left out when the reader has no right to see it, because nothing else is that stable.
 */
export function postEvent(url: string, timeoutMs: number): EventHandler {
  return async (event) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...idempotencyKey(event) },
      body: JSON.stringify(event),
      signal: AbortSignal.timeout(timeoutMs),
      // Following one would turn the POST into a GET.
      redirect: 'manual',
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`the webhook answered ${response.status}`)
  }
}

function idempotencyKey({ data }: FeedEvent): Record<string, string> {
  const { id } = (data['header'] ?? {}) as { readonly id?: unknown }
  return typeof id === 'string' ? { 'idempotency-key': id } : {}
}
