import { migrationFiles } from '../../monolith/migration-files'

const files = migrationFiles()

test('files are numbered without gaps and read in that order', () => {
  expect(files.map(({ name }) => name.slice(0, 4))).toEqual(
    files.map((_, index) => String(index + 1).padStart(4, '0')),
  )
})

test('no password is written into a migration', () => {
  for (const { name, sql } of files) {
    const statements = sql.replace(/--.*$/gm, '')
    expect({ name, password: /password/i.test(statements) }).toEqual({ name, password: false })
  }
})

test('nothing needs a superuser: neither all tables nor a schema is published', () => {
  for (const { sql } of files) {
    const statements = sql.replace(/--.*$/gm, '')
    expect(statements).not.toMatch(
      /FOR ALL TABLES|TABLES IN SCHEMA|EVENT TRIGGER|SECURITY DEFINER/i,
    )
  }
})

test('a file and its checksum belong together', () => {
  expect(new Set(files.map(({ checksum }) => checksum)).size).toBe(files.length)
  expect(files[0]?.checksum).toMatch(/^[0-9a-f]{64}$/)
})
