import type { NumberedFields } from '../../src/pull/number-fields'
import { numberFields, numberLabels } from '../../src/pull/number-fields'

const none: NumberedFields = { fields: [], gone: [] }
const column = (name: string, type = 'string'): { of: string; type: string; name: string } => ({
  of: `column ${name}`,
  type,
  name,
})
const shown = ({ fields, gone }: NumberedFields): string =>
  `${fields.map(({ number, name }) => `${number} ${name}`).join(', ')} | ${gone.map(({ number, name }) => `${number} ${name}`).join(', ')}`

test('the first fields have the numbers after the header, in order', () => {
  expect(shown(numberFields(none, [column('id'), column('title')]))).toBe('2 id, 3 title | ')
})

test('a new field gets the next number, wherever its column is', () => {
  const first = numberFields(none, [column('id'), column('title')])
  const second = numberFields(first, [column('id'), column('added'), column('title')])
  expect(shown(second)).toBe('2 id, 3 title, 4 added | ')
})

test('a dropped column keeps its number and name reserved, which no other field gets', () => {
  const first = numberFields(none, [column('id'), column('title')])
  const second = numberFields(first, [column('id')])
  expect(shown(second)).toBe('2 id | 3 title')
  const third = numberFields(second, [column('id'), { ...column('Title'), name: 'title' }])
  expect(shown(third)).toBe('2 id, 4 title2 | 3 title')
})

test('a column that returns with its type has its old number and name', () => {
  const first = numberFields(none, [column('id'), column('title')])
  const dropped = numberFields(first, [column('id'), column('other')])
  const back = numberFields(dropped, [column('id'), column('other'), column('title')])
  expect(shown(back)).toBe('2 id, 3 title, 4 other | ')
})

test('a column of another type is another field', () => {
  const first = numberFields(none, [column('id'), column('amount', 'int32')])
  const second = numberFields(first, [column('id'), column('amount', 'string')])
  expect(shown(second)).toBe('2 id, 4 amount2 | 3 amount')
  expect(shown(numberFields(second, [column('id'), column('amount', 'int32')]))).toBe(
    '2 id, 3 amount | 4 amount2',
  )
})

test('the numbers that protobuf keeps are left out', () => {
  const known = { fields: [{ ...column('id'), number: 18_999 }], gone: [] }
  expect(numberFields(known, [column('id'), column('next')]).fields.at(-1)?.number).toBe(20_000)
})

test('labels keep their numbers when others come before them, or when they are gone', () => {
  const first = numberLabels({ name: 'AgeRating', values: [] }, ['G', 'PG-13'])
  expect(first.values).toEqual([
    { number: 1, name: 'AGE_RATING_G', label: 'G' },
    { number: 2, name: 'AGE_RATING_PG_13', label: 'PG-13' },
  ])
  const second = numberLabels(first, ['new', 'G', 'pg 13', 'unspecified'])
  expect(second.values.slice(0, 2)).toEqual(first.values)
  expect(second.values.slice(2).map(({ number, name }) => `${number} ${name}`)).toEqual([
    '3 AGE_RATING_NEW',
    '4 AGE_RATING_PG_13_2',
    '5 AGE_RATING_UNSPECIFIED_2',
  ])
})
