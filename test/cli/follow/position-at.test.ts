import { positionAt } from '../../../src/cli/follow/position-at'
import type { FactsError } from '../../../src/errors'
import { FilePosition, MemoryPosition, PostgresPosition } from '../../../src/client'

describe('the place of a position', () => {
  test('is a file, a database, or nowhere', () => {
    expect(positionAt(undefined, 'one')).toBeInstanceOf(MemoryPosition)
    expect(positionAt('./here.json', 'one')).toBeInstanceOf(FilePosition)
    for (const scheme of ['postgres', 'postgresql', 'POSTGRES']) {
      const place = `${scheme}://me:pass%40word@db:5432/mine?application_name=mine`
      expect(positionAt(place, 'one')).toBeInstanceOf(PostgresPosition)
    }
  })

  test.each([
    ['a port that is none', 'postgres://me:secret@db:port/mine'],
    ['a password that is not escaped', 'postgres://me:sec/ret@secret@db:5432/mine'],
    ['a certificate that is not there', 'postgres://me:secret@db/mine?sslrootcert=/no/such/file'],
    ['another database', 'mysql://me:secret@db/mine'],
    ['a misspelt scheme', 'postgre://me:secret@db/mine'],
  ])('that has %s is refused at once, without a word of its password', (_title, place) => {
    let thrown: unknown
    try {
      positionAt(place, 'one')
    } catch (error) {
      thrown = error
    }
    const { code, message, cause } = thrown as FactsError
    expect(code).toBe('CONFIG_INVALID')
    expect(message).toMatch(/postgres:\/\//)
    expect(message).not.toMatch(/secret|sec\/ret/)
    expect(cause).toBeUndefined()
  })
})
