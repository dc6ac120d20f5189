import { loadConfig } from '../../src/config/config'

const load = (url: string): string =>
  loadConfig({ env: { FACTS_HOME: '/nonexistent', FACTS_DATABASE_URL: url } }).database.url

test.each([
  'postgres://me:p%40ss%23@db.example:5432/mine',
  'postgresql://db.example/mine?sslmode=verify-full',
  'postgres://me@[::1]:5432/mine',
])('%s is an address of a database', (url) => {
  expect(load(url)).toBe(url)
})

test.each([
  'postgres://me:s3cret@db.example:port/mine',
  'postgres://me:s3cret@db.example:99999/mine',
  'postgres://me:s3#cret@db.example/mine',
  'postgres://me:12#s3cret@db.example/mine',
  'postgres://me:12?s3cret@db.example/mine',
  'postgres://me:12/s3cret@db.example/mine',
  'postgres://me:s3cret%zz@db.example/mine',
  'postgres://me:s3cret@db .example/mine',
  'mysql://me:s3cret@db.example/mine',
  's3cret',
])('what is wrong with a database address is said with its key and without its password', (url) => {
  expect(() => load(url)).toThrow(/database\.url: expected postgres:\/\/user:password@host/)
  expect(() => load(url)).not.toThrow('s3cret')
})

describe('Kafka Connect reaches a database', () => {
  const connector = (env: Readonly<Record<string, string>>): unknown =>
    loadConfig({ env: { FACTS_HOME: '/nonexistent', ...env } }).connector

  test.each([
    ['postgres://me@db.example/mine', { databaseHost: 'db.example', databasePort: 5432 }],
    ['postgres://me@[2001:db8::1]:6000/mine', { databaseHost: '2001:db8::1', databasePort: 6000 }],
    ['postgres://me@localhost:6000/mine', { databaseHost: 'postgres', databasePort: 5432 }],
  ])('%s where this machine does, if it is another one', (url, address) => {
    expect(connector({ FACTS_DATABASE_URL: url })).toEqual(address)
  })

  test('where the configuration says, if it says so', () => {
    const env = { FACTS_DATABASE_URL: 'postgres://me@db.example:6000/mine' }
    expect(connector({ ...env, FACTS_CONNECTOR_DATABASE_HOST: 'proxy' })).toEqual({
      databaseHost: 'proxy',
      databasePort: 5432,
    })
  })
})
