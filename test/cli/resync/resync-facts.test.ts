import { resyncFacts } from '../../../src/cli/resync/resync-facts'
import type { ResyncFlags } from '../../../src/cli/resync/resync-facts'
import { noSource, PlayedPart } from '../../support/played-part'

let said: string[]
beforeEach(() => {
  said = []
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
})
afterEach(() => jest.restoreAllMocks())

const resync = (flags: ResyncFlags, ...parts: readonly PlayedPart[]): Promise<boolean> =>
  resyncFacts(parts, noSource, flags)

test('facts and tables that agree are said to, and nothing more', async () => {
  expect(await resync({}, new PlayedPart({ same: 5 }))).toBe(true)
  expect(said).toEqual([expect.stringContaining('5 rows are the same'), 'Facts and tables agree.'])
})

test('the three kinds of difference are shown apart, by their keys', async () => {
  const part = new PlayedPart({
    same: 5,
    missing: ['7'],
    different: ['8', '9'],
    absent: ['1', '2'],
  })
  expect(await resync({}, part)).toBe(false)
  expect(said.slice(1, -1)).toEqual([
    'things  2 rows have other values in the table: 8, 9',
    'things  2 rows only in the facts: 1, 2',
    'things  1 rows only in the table: 7',
  ])
  expect(said.at(-1)).toContain('facts resync --all')
  expect(part.removed).toEqual([])
})

test('columns that cannot be compared are named', async () => {
  await resync({}, new PlayedPart({ same: 5, notCompared: ['shape'] }))
  expect(said).toContain('things  not compared, because of their types: shape')
})

test('rows that are only in the facts have their removal as the next step, and that no further one than to look', async () => {
  const part = new PlayedPart({ same: 5, absent: ['1'] })
  expect(await resync({}, part)).toBe(false)
  expect(said.at(-1)).toMatch(/^Next: facts resync --remove/)
  expect(await resync({ remove: true }, part)).toBe(true)
  expect(said.at(-1)).toBe('Then facts resync compares again.')
})

test('as many rows as stay may be removed', async () => {
  const part = new PlayedPart({ same: 1, different: ['3'], absent: ['1', '2'] })
  expect(await resync({ remove: true }, part)).toBe(false)
  expect(part.removed).toEqual(['1', '2'])
})

test('more rows than stay are not removed: it may be another database', async () => {
  const part = new PlayedPart({ same: 2, absent: ['1', '2', '3'] })
  await expect(resync({ remove: true }, part)).rejects.toMatchObject({
    code: 'RESYNC_REFUSED',
    message: expect.stringMatching(
      /3 rows of things would be removed and only 2 would remain/,
    ) as string,
  })
  expect(part.removed).toEqual([])
})

test('more rows than stay are removed when an operator insists', async () => {
  const part = new PlayedPart({ same: 2, absent: ['1', '2', '3'] })
  expect(await resync({ remove: true, force: true }, part)).toBe(true)
  expect(part.removed).toEqual(['1', '2', '3'])
})

test('of several tables nothing is removed when most rows of one would go', async () => {
  const parts = [
    new PlayedPart({ same: 5, absent: ['1'] }),
    new PlayedPart({ same: 1, absent: ['2', '3'] }),
  ]
  await expect(resync({ remove: true }, ...parts)).rejects.toMatchObject({
    message: expect.stringMatching(/Nothing was changed/) as string,
  })
  expect(parts.flatMap(({ removed }) => removed)).toEqual([])
})
