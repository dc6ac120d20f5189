import { z } from 'zod'
import { commandLine } from '../../command-line'
import type { Finding } from '../../dev-stack/machine/finding'

const Refusal = z.object({ type: z.literal('urn:facts:token-missing') })
const Feeds = z.object({ feeds: z.array(z.object({ name: z.string() })) })

/** Whether the feed server answers; not running is not a failure. */
export async function checkFeed(url: string): Promise<readonly Finding[]> {
  const name = 'feed'
  let response: Response
  try {
    response = await fetch(`${url}/feeds`, { signal: AbortSignal.timeout(5_000) })
  } catch {
    return [
      { name, status: 'ok', detail: `not running at ${url}; ${commandLine('feed')} starts it` },
    ]
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (Refusal.safeParse(body).success) {
    return [{ name, status: 'ok', detail: `requires tokens at ${url}` }]
  }
  const answer = Feeds.safeParse(body)
  if (response.ok && answer.success) {
    const feeds = answer.data.feeds.map((feed) => feed.name).join(', ')
    return [{ name, status: 'ok', detail: `serves ${feeds} at ${url}` }]
  }
  return [
    {
      name,
      status: 'warn',
      detail: `what answers at ${url} is no feed server (${response.status})`,
      remedy: 'Give the feed another port: feed.port / FACTS_FEED_PORT.',
    },
  ]
}
