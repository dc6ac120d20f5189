import { waitFor } from '../support/wait-for'
import { ALL, RightsWorld } from '../feed/rights-world'
import { Following } from './following'

describe('a follower of a feed that asks who reads', () => {
  let world: RightsWorld
  beforeEach(async () => {
    world = await RightsWorld.start()
  })
  afterEach(() => world.stop())

  test('continues with another token when the stream was closed at the expiry of the first one', async () => {
    await world.feed.write({ id: 1n, quantity: 1 })
    let tokens = 0
    const following = new Following({
      url: world.feed.url,
      headers: () => {
        tokens += 1
        return world.headers(ALL, { exp: tokens === 1 ? 4 : 60 })
      },
    })
    await following.saw(1)
    await waitFor('the end of the token', () => following.all('connected').length > 1)
    await world.feed.write({ id: 1n, quantity: 2 })
    await following.saw(2)
    expect(following.seen.map(({ data }) => data['quantity'])).toEqual([1, 2])
    expect(following.all('status').map(({ status }) => status)).toContain('closing')
    expect(await following.stop()).toBeUndefined()
  })

  test('ends without a token, and with one that does not allow it, and says which', async () => {
    const { url } = world.feed
    expect(await new Following({ url }).ended).toMatchObject({
      code: 'FEED_REFUSED',
      message: expect.stringMatching(/401 token-missing.*Set a valid token/),
    })
    const headers = (): Promise<Record<string, string>> => world.headers({})
    expect(await new Following({ url, headers }).ended).toMatchObject({
      code: 'FEED_REFUSED',
      message: expect.stringMatching(/403 not-allowed.*Request the right/),
    })
  })
})
