import type { ResyncAllOptions } from '../../../src/cli/resync/resync-all'
import { resyncAll } from '../../../src/cli/resync/resync-all'
import { noSource, PlayedPart } from '../../support/played-part'

let said: string[]
let snapshots: number
beforeEach(() => {
  said = []
  snapshots = 0
  jest.spyOn(console, 'log').mockImplementation((line: string) => void said.push(line))
})
afterEach(() => jest.restoreAllMocks())

const all = (part: PlayedPart, options: Partial<ResyncAllOptions> = {}): Promise<void> =>
  resyncAll({
    parts: [part],
    sourceOf: noSource,
    isLost: false,
    force: false,
    snapshot: () => Promise.resolve(void (snapshots += 1)),
    say: (line) => said.push(line),
    pauseMs: 1,
    patienceMs: 20,
    ...options,
  })

test('facts and tables that agree are left alone', async () => {
  await all(new PlayedPart({ same: 3 }))
  expect(snapshots).toBe(0)
  expect(said.at(-1)).toBe('Facts and tables agree.')
})

test('a slot that has lost changes has a snapshot taken although nothing differs', async () => {
  await all(new PlayedPart({ same: 3 }), { isLost: true })
  expect(snapshots).toBe(1)
})

test('takes one snapshot, removes what is only in the facts, and waits for the rest to be taken in', async () => {
  const part = new PlayedPart(
    { same: 3, missing: ['5'], different: ['6'], absent: ['7'] },
    { same: 3, missing: ['5'], different: ['6'], absent: ['7'] },
    { same: 4, different: ['6'] },
    { same: 5 },
  )
  await all(part)
  expect(snapshots).toBe(1)
  expect(part.removed).toEqual(['7'])
  expect(said.slice(-3)).toEqual([
    'Waiting for the pipeline to process 3 rows of things',
    'Waiting for the pipeline to process 1 rows of things',
    'Facts and tables agree.',
  ])
})

test('rows that change concurrently are no difference: two comparisons in a row have to find it', async () => {
  const part = new PlayedPart(
    { same: 3, missing: ['5'] },
    { same: 3, missing: ['6'], different: ['1'] },
  )
  await all(part)
  expect(said.at(-1)).toBe('Facts and tables agree.')
})

test('most rows are not removed unless an operator insists, and no snapshot is taken before', async () => {
  const found = { same: 1, absent: ['1', '2'] }
  await expect(all(new PlayedPart(found))).rejects.toMatchObject({ code: 'RESYNC_REFUSED' })
  expect(snapshots).toBe(0)
  const part = new PlayedPart(found, found, { same: 1 })
  await all(part, { force: true })
  expect(part.removed).toEqual(['1', '2'])
})

test('when nothing moves it is given up with what to look at', async () => {
  await expect(all(new PlayedPart({ same: 1, different: ['2'] }))).rejects.toMatchObject({
    code: 'TIMED_OUT',
    message: expect.stringMatching(/1 rows of things still differ.*facts doctor/) as string,
  })
})
