import type { CursorKeeper } from '../../acknowledged/cursor-keeper'
import type { Start } from '../../replay/begin'
import { Problem } from '../../problem'
import { nothing } from './consumer-routes'
import type { AcknowledgedStart } from './feed-query'

export interface AskedStart {
  readonly start: Start | AcknowledgedStart
  readonly consumer: string | undefined
  readonly feed: string
}

/** Resolves `start=acknowledged`. Throws Problem `nothing-acknowledged`, `upstream-lost` or `upstream-refused` when it is unknown. */
export async function startOf(
  { start, consumer, feed }: AskedStart,
  acknowledged: CursorKeeper,
): Promise<Start> {
  if (start.at !== 'acknowledged') return start
  if (consumer === undefined) {
    throw new Problem(
      'parameter-invalid',
      'Name the consumer, in X-Consumer-Id or consumer: start=acknowledged begins at its cursor.',
      { parameter: 'consumer' },
    )
  }
  const kept = await acknowledged.get({ consumer, feed })
  if (kept !== undefined) return { at: 'cursor', cursor: kept.cursor }
  if (start.otherwise !== undefined) return start.otherwise
  throw nothing({ consumer, feed })
}
