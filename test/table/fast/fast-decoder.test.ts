import { decodeExactly } from '../../../src/table/exact/exact-decoder'
import { learnEnvelope } from '../../../src/table/fast/learn-envelope'
import { freshTable, USUAL, USUAL_KEY } from '../envelope-arbitrary'
import { envelopeText, objectText } from '../envelope-text'

jest.mock('../../../src/table/fast/learn-envelope', () => {
  const actual = jest.requireActual<{ readonly learnEnvelope: typeof learnEnvelope }>(
    '../../../src/table/fast/learn-envelope',
  )
  return { learnEnvelope: jest.fn(actual.learnEnvelope) }
})

const learned = jest.mocked(learnEnvelope)
const key = Buffer.from(objectText(USUAL_KEY))

/** A record whose row has one more column. */
const wider = (name: string): Buffer =>
  Buffer.from(envelopeText({ op: 'u', after: objectText({ ...USUAL_KEY, ...USUAL, [name]: '1' }) }))

describe('the fast decoder', () => {
  test('does not learn at each record of a topic with more forms than it keeps', () => {
    const { shape, table } = freshTable(false)
    learned.mockClear()
    for (let index = 0; index < 400; index++) {
      const record = { key, value: wider(`unknown_${index % 40}`) }
      expect(table.decode(record)).toEqual(decodeExactly(shape, record))
    }
    expect(learned.mock.calls.length).toBeLessThan(30)
  })

  test('does not learn at each record of a form that it cannot learn', () => {
    const { shape, table } = freshTable(false)
    learned.mockClear()
    const record = { key, value: Buffer.from(wider('unknown').toString().replace(',', ', ')) }
    for (let index = 0; index < 400; index++) {
      expect(table.decode(record)).toEqual(decodeExactly(shape, record))
    }
    expect(learned.mock.calls.length).toBeLessThan(30)
  })

  test('learns a new form after a long time of others', () => {
    const { table } = freshTable(false)
    for (let index = 0; index < 12; index++) {
      const value = wider(`added_${index}`)
      for (let count = 0; count < 300; count++) table.decode({ key, value })
      const { exact } = table.counts
      table.decode({ key, value })
      expect(table.counts.exact).toBe(exact)
    }
  })
})
