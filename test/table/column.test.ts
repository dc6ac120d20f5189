import * as column from '../../src/table/columns'

describe('a column', () => {
  test.each([
    ['bigint', column.bigint(), ['bigint']],
    ['numeric', column.numeric(10, 2), ['numeric']],
    ['timestamptz', column.timestamptz(), ['timestamp with time zone']],
    ['text[]', column.textArray(), ['text[]', 'character varying[]']],
    ['an enum', column.enumeration('a'), ['enum']],
  ])('of %s names its types as the catalog does', (_, { postgresTypes }, names) => {
    expect(postgresTypes).toEqual(names)
  })

  test('has the same types when it is nullable', () => {
    expect(column.date().nullable().postgresTypes).toEqual(['date'])
  })

  test('of text is for no type whose values compare otherwise, nor for one that comes as base64', () => {
    for (const type of ['citext', 'character', 'composite', 'int4multirange']) {
      expect(column.text().postgresTypes).not.toContain(type)
    }
  })
})
