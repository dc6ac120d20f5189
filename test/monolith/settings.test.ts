import { isLocal, placeOf, readSettings } from '../../monolith/settings'

test('without an environment the database is the local one', () => {
  expect(readSettings({})).toEqual({
    databaseUrl: 'postgres://wildapp:wildapp@localhost:5432/wildapp',
    adminDatabaseUrl: undefined,
    cdcPassword: undefined,
  })
})

test('a malformed URL is refused by its name, and not repeated, since it holds a password', () => {
  expect.assertions(2)
  try {
    readSettings({ DATABASE_URL: 'mysql://u:geheim@h/d' })
  } catch (error) {
    expect((error as Error).message).toContain('DATABASE_URL')
    expect((error as Error).message).not.toContain('geheim')
  }
})

test('a place is host, port and database without user and password', () => {
  expect(placeOf('postgres://u:geheim@h.example/d')).toBe('h.example:5432/d')
})

test.each([
  ['postgres://u:p@localhost:5432/d', true],
  ['postgres://u:p@127.0.0.1/d', true],
  ['postgres://u:p@[::1]/d', true],
  ['postgres://u:p@db.localhost.example/d', false],
])('%s is local: %s', (url, expected) => {
  expect(isLocal(url)).toBe(expected)
})
