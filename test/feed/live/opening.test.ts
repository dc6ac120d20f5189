import { Opening } from '../../../src/feed/live/opening'

describe('a feed that is being opened', () => {
  let opening: Opening
  let over: readonly string[]
  beforeEach(() => {
    jest.useFakeTimers()
    opening = new Opening()
    over = []
    void opening.served().then(() => (over = [...over, 'served']))
    void opening.whole().then(() => (over = [...over, 'whole']))
  })
  afterEach(() => jest.useRealTimers())

  test('R27: serves nothing before it is open', async () => {
    await jest.advanceTimersByTimeAsync(14_900)
    expect(over).toEqual([])
  })

  test('R27: serves everything once it has read its topic up', async () => {
    opening.opened()
    await jest.advanceTimersByTimeAsync(100)
    expect([over, opening.isReadUp]).toEqual([[], false])
    opening.readUp()
    await jest.advanceTimersByTimeAsync(0)
    expect([over, opening.isReadUp]).toEqual([['whole', 'served'], true])
  })

  test('R27: serves after 5 seconds what is there, when it is open', async () => {
    opening.opened()
    await jest.advanceTimersByTimeAsync(4_900)
    expect(over).toEqual([])
    await jest.advanceTimersByTimeAsync(200)
    expect(over).toEqual(['served'])
    await jest.advanceTimersByTimeAsync(10_000)
    expect(over).toEqual(['served', 'whole'])
  })

  test('R27: holds no request longer when it is of no use', async () => {
    await jest.advanceTimersByTimeAsync(21_000)
    expect(over.length).toBe(2)
  })

  test('holds no request when it is stopped', async () => {
    opening.stop()
    await jest.advanceTimersByTimeAsync(0)
    expect(over.length).toBe(2)
  })

  test('R40: begins again with another store, but not before the first', () => {
    opening.readUp()
    expect(opening.isReadUp).toBe(false)
    opening.opened()
    opening.readUp()
    opening.opened()
    expect(opening.isReadUp).toBe(false)
  })
})
