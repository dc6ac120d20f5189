import type { Step } from './checker'
import { NOTHING, check } from './checker'

/*
 * Negative controls: the checker must catch every bug that is planted into facts that are right.
 */
const HISTORY: ReadonlyMap<string, readonly Step[]> = new Map([
  ['1', ['1 -', '2 aa', '3 aa', 'removed', '4 bb', 'removed']],
  ['2', ['1 cc', '2 cc']],
])
const facts = (): Map<string, Step[]> =>
  new Map([...HISTORY].map(([id, steps]) => [id, [...steps]]))
const planted = (plant: (of: Map<string, Step[]>) => void): ReturnType<typeof check> => {
  const found = facts()
  plant(found)
  return check(HISTORY, found)
}

test('facts that are the changes are right', () => {
  expect(check(HISTORY, facts())).toEqual(NOTHING)
})

test.each([
  ['one fact removed', 'lost', (of: Map<string, Step[]>) => of.get('1')?.splice(1, 1)],
  ['a row without any', 'lost', (of: Map<string, Step[]>) => of.delete('2')],
  ['a removal missing', 'lost', (of: Map<string, Step[]>) => of.get('1')?.pop()],
  ['dedupe off', 'doubled', (of: Map<string, Step[]>) => of.get('1')?.splice(2, 0, '2 aa')],
  ['a second removal', 'doubled', (of: Map<string, Step[]>) => of.get('1')?.push('removed')],
  [
    'a placeholder leaked',
    'invented',
    (of: Map<string, Step[]>) => of.get('2')?.splice(1, 1, '2 zz'),
  ],
  ['a row that never was', 'invented', (of: Map<string, Step[]>) => of.set('9', ['1 -'])],
  [
    'two facts swapped',
    'disordered',
    (of: Map<string, Step[]>) => of.get('1')?.splice(0, 2, '2 aa', '1 -'),
  ],
] as const)('the checker catches %s', (_what, kind, plant) => {
  expect(planted(plant)[kind]).not.toEqual([])
})
