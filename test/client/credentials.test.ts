import { secretsIn } from '../../src/client/credentials'

describe('the secrets of an address', () => {
  test.each([
    [
      'a password, and no user beside it',
      'http://someone:hunter22@host/',
      ['hunter22', 'hunter22'],
    ],
    [
      'a user without a password, which may be a token',
      'http://a-token@host/',
      ['a-token', 'a-token'],
    ],
    [
      'a password of the query',
      'postgres://host/db?user=someone&password=hunter22',
      ['hunter22', 'hunter22'],
    ],
    [
      'a long value of the query, under any name',
      'http://host/?page=2&key=twelve-or-more',
      ['twelve-or-more', 'twelve-or-more'],
    ],
  ])('are %s', (_, address, secrets) => {
    expect(secretsIn(address)).toEqual(secrets)
  })

  test('are looked for as they are written, and as they are sent', () => {
    expect(secretsIn('http://me:hunter%C3%A9%2F2@host/')).toEqual(['hunter%C3%A9%2F2', 'hunteré/2'])
  })

  test.each([
    ['short words', 'http://me:short@host/?key=eleven-long'],
    ['numbers, as of ports and times', 'http://me:1234567@host/?at=1764547200000'],
    ['what is no address', 'me:hunter22'],
    ['an address without any', 'http://host/path'],
  ])('are not %s', (_, address) => {
    expect(secretsIn(address)).toEqual([])
  })
})
