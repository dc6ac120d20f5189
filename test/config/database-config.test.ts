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
