import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../src/config/config'
import { restAddress } from '../../src/config/rest-config'

const load = (env: Readonly<Record<string, string>>): unknown =>
  loadConfig({ env: { FACTS_HOME: '/nonexistent', ...env } })

test('the address that is shown holds neither user nor password', () => {
  const { base, user } = restAddress({ url: 'https://me:p%40ss@connect.example/api/' })
  expect(base).toBe('https://connect.example/api')
  expect(user).toEqual({ username: 'me', password: 'p@ss' })
})

test('without a user nothing is said of one', () => {
  expect(restAddress({ url: 'http://localhost:8083' })).toEqual({
    base: 'http://localhost:8083',
    user: undefined,
    headers: {},
  })
})

test.each(['CONNECT', 'REGISTRY'])('%s takes user and password together, in one place', (name) => {
  const url = { [`FACTS_${name}_URL`]: 'http://me:s3cret@localhost:1' }
  const username = { [`FACTS_${name}_USERNAME`]: 'me' }
  const password = { [`FACTS_${name}_PASSWORD`]: 's3cret' }
  load({ ...username, ...password })
  load(url)
  const wrong = [
    [username, 'password: is missing, but username is set'],
    [password, 'username: is missing, but password is set'],
    [{ ...url, ...username, ...password }, 'url: contains a user, and username is set'],
    [{ [`FACTS_${name}_URL`]: 'http://me:s3cret%zz@localhost:1' }, '% that encodes nothing'],
    [{ [`FACTS_${name}_URL`]: 'http://me:s3#cret@localhost:1' }, 'url: Invalid URL'],
    [{ [`FACTS_${name}_URL`]: 'me:s3cret@localhost' }, 'url: Invalid URL'],
    [{ [`FACTS_${name}_URL`]: 'http://me:12#s3cret@localhost:1' }, 'url: contains # or ?'],
    [{ [`FACTS_${name}_URL`]: 'http://me:12?s3cret@localhost:1' }, 'url: contains # or ?'],
  ] as const
  for (const [env, message] of wrong) {
    expect(() => load(env)).toThrow(message)
    expect(() => load(env)).not.toThrow('s3cret')
  }
})

test.each([
  ['a line that is no YAML', 'kafka:\n  password: s3cret: yes\n', /not valid YAML: .* at line 2/],
  ['a tag', 'kafka:\n  password: !s3cret\n', /quote values that begin with !/],
  ['a tag before text', 'kafka:\n  password: !s3cret more\n', /quote values that begin with !/],
  ['an alias', 'kafka:\n  password: *s3cret\n', /quote values that begin with \*/],
])('%s is named without being quoted', (_, text, message) => {
  const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const folder = mkdtempSync(join(tmpdir(), 'facts-test-'))
  try {
    const file = join(folder, 'facts.yaml')
    writeFileSync(file, text)
    expect(() => load({ FACTS_CONFIG: file })).toThrow(message)
    expect(() => load({ FACTS_CONFIG: file })).not.toThrow('s3cret')
    expect(warned).not.toHaveBeenCalled()
  } finally {
    warned.mockRestore()
    rmSync(folder, { recursive: true })
  }
})
