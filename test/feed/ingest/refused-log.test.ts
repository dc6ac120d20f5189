import type { ErrorCode } from '../../../src/errors'
import { FactsError } from '../../../src/errors'
import { waitFor } from '../../support/wait-for'
import { FeedWorld } from '../feed-world'
import { unreachable } from '../unreachable-log'

test.each(['NOT_AUTHORIZED', 'NOT_AUTHENTICATED', 'TLS_FAILED'] as const)(
  'a feed whose log refuses it (%s) ends, because no waiting changes that',
  async (code: ErrorCode) => {
    const refusal = { on: false, error: new FactsError(code, 'refused') }
    const world = await FeedWorld.start({ log: (log) => unreachable(log, refusal) })
    try {
      await waitFor('the feed', () => world.hub.isFollowing)
      refusal.on = true
      await expect(world.hub.failed).resolves.toMatchObject({ code })
    } finally {
      await world.stop()
    }
  },
)
