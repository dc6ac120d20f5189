import { EVENTS, OUTBOX, OutboxWorld } from '../outbox-world'
import { TokenIssuer } from '../token-issuer'

describe('the rights of a token', () => {
  let issuer: TokenIssuer
  let world: OutboxWorld
  beforeEach(async () => {
    issuer = await TokenIssuer.start('ES256')
    world = await OutboxWorld.start({ server: { auth: issuer.verifier() } })
  })
  afterEach(async () => {
    await world.feed.stop()
    await issuer.stop()
  })

  const headers = async (sub: string, rights: unknown): Promise<Record<string, string>> => ({
    authorization: `Bearer ${await issuer.token(rights, { sub })}`,
  })
  const all = { feeds: [OUTBOX.feed] }

  test('R65: with tokens the consumer is the subject of the token, and no other', async () => {
    await world.insert({ id: 1, subscriber: 'team-a' }, { id: 2, subscriber: 'team-b' }, { id: 3 })
    const mine = await world.feed.follow(`${EVENTS}?start=earliest`, await headers('team-a', all))
    expect(await world.numbers(mine, 2)).toEqual([1, 3])
    const named = await world.refusal('?consumer=team-b', await headers('team-a', all))
    expect(named).toMatchObject([403, { type: 'urn:facts:not-allowed' }])
    expect(await world.refusal('', {})).toMatchObject([401, { type: 'urn:facts:token-missing' }])
  })

  test('R77: the description contains /events for readers who may use it, with its parameters', async () => {
    const paths = async (rights: unknown): Promise<Readonly<Record<string, unknown>>> => {
      const init = { headers: await headers('team-a', rights) }
      return (
        await world.feed.json<{ readonly paths: Record<string, unknown> }>('/openapi.json', init)
      ).paths
    }
    expect(Object.keys(await paths({ feeds: ['others'] }))).not.toContain(EVENTS)
    const start = expect.objectContaining({ name: 'start', schema: { enum: ['earliest', 'now'] } })
    expect(await paths(all)).toMatchObject({
      [EVENTS]: { get: { parameters: expect.arrayContaining([start]) } },
    })
  })

  test('R67: what the token does not grant is not there, and a part of an event is none', async () => {
    await world.insert({ id: 1 }, { id: 2, type: 'update' })
    const ask = async (rights: unknown): Promise<readonly [number, unknown]> =>
      world.refusal('', await headers('team-a', rights))
    expect(await ask({ feeds: ['others'] })).toMatchObject([404, { type: 'urn:facts:not-found' }])
    const part = await ask({ ...all, fields: ['type', 'patchOf'] })
    expect(part).toMatchObject([403, { type: 'urn:facts:not-allowed' }])
    const whole = { ...all, fields: ['type', 'payload', 'patchOf'], where: 'fact.type == "update"' }
    const granted = await headers('team-a', whole)
    const session = await world.feed.follow(`${EVENTS}?start=earliest`, granted)
    expect(await world.numbers(session, 1)).toEqual([2])
  })
})
