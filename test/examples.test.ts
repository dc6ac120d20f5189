import { EXAMPLES, runExample, shownOutput } from './support/example'

/** Run by the integration suite. */
const NEEDS_DATABASE = '05-into-postgresql.ts'

test.each(EXAMPLES)('the README of the examples shows what %s prints', (example) => {
  expect(shownOutput(example)).toMatch(/./)
})

test.each(EXAMPLES.filter((example) => example !== NEEDS_DATABASE))(
  '%s prints what the README shows',
  async (example) => {
    const expected = { code: 0, output: shownOutput(example), errors: '' }
    expect(await runExample(example)).toEqual(expected)
  },
)

test('an example that needs a database asks for its address', async () => {
  const { code, output, errors } = await runExample(NEEDS_DATABASE, { DATABASE_URL: '' })
  expect([code, output]).toEqual([1, ''])
  expect(errors).toContain('Set DATABASE_URL: postgres://user:password@host/database')
})
