import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import type { Cursor } from '../../../src/feed/cursor/cursor'
import { CursorCodec, MAX_PARTITIONS } from '../../../src/feed/cursor/cursor'
import { hmacSha256 } from '../../../src/feed/cursor/hmac'
import { Hub } from '../../../src/feed/live/hub'
import { packPositions, unpackPositions } from '../../../src/feed/cursor/packed-positions'
import { FeedWorld, PAGES, TOPIC } from '../feed-world'

const secret = randomBytes(32)
const codecs = [false, true].map((sealed) => new CursorCodec(secret, { sealed }))
const place = { feed: Buffer.from('feed'), selection: Buffer.from('selected') }
const lowBits = ({ positions, ...rest }: Cursor): object => ({
  ...rest,
  positions: positions.map(({ next, check }) => ({ next, check: check & 255 })),
})

const Offset = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 53n - 1n }),
  fc.bigInt({ min: 1_000_000n, max: 1_004_000n }),
  fc.constantFrom(0n, 1n, 2n ** 53n - 1n),
)
const Place = fc.record({ next: Offset, check: fc.integer({ min: 0, max: 2 ** 32 - 1 }) })

test('R21: positions that are packed are the same when they are read, however they are spread', () => {
  fc.assert(
    fc.property(
      fc.array(Place, { minLength: 129, maxLength: 400 }),
      fc.nat(3),
      (positions, from) => {
        const bytes = Buffer.alloc(10_000, 0xff)
        const end = packPositions(bytes, from, positions)
        const read = unpackPositions(bytes, from, positions.length)
        expect(read.end).toBe(end)
        expect(lowBits({ ...place, positions: read.positions })).toEqual(
          lowBits({ ...place, positions }),
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('R21: a cursor of many partitions is read as it was made, with what follows the positions', () => {
  const positions = Array.from({ length: 300 }, (_, index) => ({
    next: BigInt(index) ** 3n,
    check: index * 7_654_321,
  }))
  for (const codec of codecs) {
    for (const more of [
      {},
      { sentUntil: 5n },
      { snapshot: { partition: 3, key: Buffer.from('k') } },
    ]) {
      const cursor: Cursor = { ...place, positions, ...more }
      expect(lowBits(codec.decode(codec.encode(cursor)))).toEqual(lowBits(cursor))
    }
  }
})

test.each([
  ['spread evenly', 4_000, () => 5_000_000n + BigInt(Math.floor(Math.random() * 8_000))],
  ['at any offset up to 2^32', 7_000, () => BigInt(Math.floor(Math.random() * 2 ** 32))],
])('R21: with 1,000 partitions, %s, a cursor has less than %i characters', (_, most, next) => {
  const positions = Array.from({ length: MAX_PARTITIONS }, () => ({
    next: next(),
    check: Math.floor(Math.random() * 2 ** 32),
  }))
  for (const codec of codecs) {
    expect(codec.encode({ ...place, positions }).length).toBeLessThan(most)
  }
})

/** As cursors were before they were packed. */
function earlierCursor({ feed, selection, positions }: Cursor, of: Buffer): string {
  const varint = (value: bigint): number[] =>
    value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)]
  const parts = positions.map(({ next, check }) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32LE(check)
    return Buffer.concat([Buffer.from(varint(next)), bytes])
  })
  const count = Buffer.from(varint(BigInt(positions.length)))
  const body = Buffer.concat([Buffer.of(1), feed, selection, count, ...parts])
  const mac = Buffer.from(hmacSha256(of)(body), 'latin1').subarray(0, 16)
  return Buffer.concat([body, mac]).toString('base64url')
}

test('R21: of few partitions it is what it was before, to the letter', () => {
  const positions = Array.from({ length: 12 }, (_, index) => ({
    next: BigInt(index * 1_000),
    check: index * 7_654_321,
  }))
  const cursor = { ...place, positions }
  expect(codecs[0]?.encode(cursor)).toBe(earlierCursor(cursor, secret))
})

describe('a feed whose topic has many partitions', () => {
  let world: FeedWorld
  beforeEach(async () => {
    world = await FeedWorld.start({ partitions: 200 })
    await world.write(...Array.from({ length: 300 }, (_, index) => ({ id: BigInt(index + 1) })))
  })
  afterEach(() => world.stop())

  test('R21, R18: is resumed by its cursors, and by those of an earlier version', async () => {
    const first = await world.page('?page_size=150')
    const rest = await world.page(`?page_size=300&cursor=${first.cursor}`)
    const ids = [...first.events, ...rest.events].map(({ data }) => Number(data['id']))
    expect(ids.sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1))
    const codec = new CursorCodec(world.secret)
    const { feed, selection } = codec.decode(first.cursor)
    const { positions } = await world.feed.resume(first.cursor, world.feed.select({}))
    const { store } = world.hub.history
    const whole = positions.map(({ next }, partition) => ({
      next,
      check: store.rowBefore(partition, next)?.check ?? 0,
    }))
    const earlier = earlierCursor({ feed, selection, positions: whole }, world.secret)
    expect(earlier.length).toBeGreaterThan(first.cursor.length)
    const again = await world.page(`?page_size=300&cursor=${earlier}`)
    expect(again.events).toEqual(rest.events)
  })

  test('R24: refuses a cursor of the topic that was there before', async () => {
    const { cursor } = await world.page('?page_size=300')
    await world.close()
    world.broker.deleteTopic(TOPIC)
    world.broker.createTopic(TOPIC, 200)
    const others = Array.from({ length: 300 }, (_, index) => ({
      id: BigInt(index + 1),
      title: 'new',
    }))
    await world.write(...others)
    await world.open()
    const answer = await world.get(`${PAGES}?cursor=${cursor}`)
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { type: 'urn:facts:cursor-of-another-history' },
    ])
  })

  test('R21: is not opened with more than 1,000, and says why', async () => {
    world.broker.createTopic('wide', MAX_PARTITIONS + 1)
    const { definition } = world.hub.options
    const hub = new Hub({
      ...world.hub.options,
      definition: { ...definition, topic: 'wide' },
      folder: `${world.folder}/wide`,
    })
    hub.start()
    try {
      expect(await hub.failed).toMatchObject({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/wide has 1001 partitions.*1000 at most/),
      })
    } finally {
      await hub.stop()
    }
  })
})
