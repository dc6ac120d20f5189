import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { PROBLEMS } from '../../src/feed/problem'

const protocol = readFileSync(join(packageRoot(), 'src', 'feed', 'PROTOCOL.md'), 'utf8')
const folders = [__dirname, join(packageRoot(), 'test', 'integration')]
const tests = folders
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  )
  .filter((path) => path.endsWith('.test.ts') && path !== __filename)
  .map((path) => readFileSync(path, 'utf8'))

const rules = [...protocol.matchAll(/\*\*R(\d+)\*\*/g)].map(([, number]) => Number(number))
/** `R1:` or `R1, R2:` at the start of a title. */
const named = tests
  .flatMap((text) => [
    ...text.matchAll(/(?:test|describe)(?:\.each\([^)]*\))?\(\s*[`'"]((?:R\d+(?:, )?)+):/g),
  ])
  .flatMap(([, list = '']) => [...list.matchAll(/R(\d+)/g)].map(([, number]) => Number(number)))

test('the rules are numbered without gaps', () => {
  expect(rules).toEqual(rules.map((_, index) => index + 1))
})

test('every rule has a test that names it', () => {
  expect(rules.filter((rule) => !named.includes(rule))).toEqual([])
})

test('no test names a rule that does not exist', () => {
  expect(named.filter((rule) => !rules.includes(rule))).toEqual([])
})

test('every problem that the rules name exists', () => {
  const names = [...protocol.matchAll(/\b[45]\d\d(?: and)?\s+`([a-z-]+)`/g)].map(
    ([, name = '']) => name,
  )
  expect(names.length).toBeGreaterThan(5)
  expect(names.filter((name) => !(name in PROBLEMS))).toEqual([])
})
