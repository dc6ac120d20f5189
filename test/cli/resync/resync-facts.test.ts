import type { Resyncing } from '../../../src/app'
import type { ResyncFlags } from '../../../src/cli/resync/resync-facts'
import { resyncFacts } from '../../../src/cli/resync/resync-facts'
import type { Difference, SourceTable } from '../../../src/sink/resync'
import type { LogRecord } from '../../../src/topology/record'

const TOPIC = 'monolith.public.things'

let removed: string[]
let said: string[]
beforeEach(() => {
  removed = []
  said = []
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
})
afterEach(() => jest.restoreAllMocks())

const source: SourceTable = {
  position: () => Promise.reject(new Error('not asked for')),
  keys: () => {
    throw new Error('not asked for')
  },
}

const row = (key: string): LogRecord => ({
  ...{ topic: TOPIC, partition: 0, offset: 0n, timestamp: 1n, headers: {} },
  ...{ key: Buffer.from(key), value: null },
})

/** One whose rows are in both, but for these. */
function thing(absent: readonly string[], common: number): Resyncing {
  const difference: Difference = { common, missing: [], absent: absent.map(row) }
  return {
    ...{ name: 'things', topic: TOPIC, keyColumns: ['id'] },
    compare: () => Promise.resolve(difference),
    remove: (rows) => {
      removed.push(...rows.map(({ key }) => String(key)))
      return Promise.resolve()
    },
  }
}

/** With rows of which these are only in the facts. */
function resync(absent: readonly string[], common: number, flags: ResyncFlags): Promise<boolean> {
  return resyncFacts([thing(absent, common)], () => source, flags)
}

test('rows that the table does not hold are shown, and stay unless told otherwise', async () => {
  expect(await resync(['1', '2'], 5, {})).toBe(false)
  expect(removed).toEqual([])
  expect(said).toContain('things  2 rows only in the facts: 1, 2')
})

test('as many rows as stay may be removed', async () => {
  expect(await resync(['1', '2'], 2, { remove: true })).toBe(true)
  expect(removed).toEqual(['1', '2'])
})

test('more rows than stay are not removed: it may be another database', async () => {
  await expect(resync(['1', '2', '3'], 2, { remove: true })).rejects.toMatchObject({
    code: 'RESYNC_REFUSED',
    message: expect.stringMatching(/3 rows of things would be removed and only 2 stay/) as string,
  })
  expect(removed).toEqual([])
})

test('more rows than stay are removed when an operator insists', async () => {
  expect(await resync(['1', '2', '3'], 2, { remove: true, force: true })).toBe(true)
  expect(removed).toEqual(['1', '2', '3'])
})

test('of several tables nothing is removed when most rows of one would go', async () => {
  const parts = [thing(['1'], 5), thing(['2', '3'], 1)]
  await expect(resyncFacts(parts, () => source, { remove: true })).rejects.toMatchObject({
    message: expect.stringMatching(/Nothing was changed/) as string,
  })
  expect(removed).toEqual([])
})
