import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { temporaryFolder } from '../support/temporary-folder'

/*
 * Which application a command runs, and what it says where there is none: in processes of their own, as users run them.
 */
const FACTS = join(packageRoot(), 'bin', 'facts.cjs')
const folder = temporaryFolder()

interface Ended {
  readonly code: number
  readonly out: string
}

/** Runs `facts` in a folder below the temporary one. */
const facts = (below: string, ...args: readonly string[]): Promise<Ended> =>
  factsOf([], below, ...args)

/** The same with options of Node's own. */
function factsOf(
  node: readonly string[],
  below: string,
  ...args: readonly string[]
): Promise<Ended> {
  const cwd = join(folder.path, below)
  mkdirSync(cwd, { recursive: true })
  return new Promise((resolve) => {
    // With a cache of this test's own.
    const env = { ...process.env, XDG_CACHE_HOME: join(folder.path, 'cache') }
    execFile(process.execPath, [...node, FACTS, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: stdout + stderr })
    })
  })
}

const write = (name: string, text: string): void => {
  const path = join(folder.path, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, text)
}

/** A table and a fact, with the header's own message, so that nothing has to be generated. */
const app = (name: string, more = ''): string => `
  const { bigint, defineApp, defineFact, defineTable } = require('pgfacts')
  const { facts } = require('pgfacts/protobuf')
  const table = defineTable({ topic: '${name}.public.thing', key: { id: bigint() }, columns: {} })
  const thing = defineFact({
    name: '${name}.thing',
    from: table,
    key: () => ({}),
    map: () => ({}),
    to: { name: '${name}.thing.facts', type: facts.v1.Header },
  })
  const schemas = { files: {}, messages: {}, enums: {} }
  const app = defineApp({ name: '${name}', facts: [thing], schemas, ${more} })
`
const COMMON_JS = (name: string, more?: string): string =>
  `${app(name, more)}\nmodule.exports = { default: app }`
const ESM = (name: string): string =>
  app(name).replaceAll(
    /const (\{.*\}) = require\((.*)\)/g,
    (_, names: string, from: string) => `import ${names} from ${from}`,
  ) + '\nexport default app'

jest.setTimeout(60_000)

test.each([
  ['ts', `const n: number = 1\n${ESM('shop')}`],
  ['mts', ESM('shop')],
  ['cts', COMMON_JS('shop')],
  ['js', COMMON_JS('shop')],
  ['mjs', ESM('shop')],
  ['cjs', COMMON_JS('shop')],
])('facts.config.%s is read, from a folder below it too', async (extension, text) => {
  write(`${extension}/facts.config.${extension}`, text)
  const { code, out } = await facts(`${extension}/below/it`, 'describe', '--format=text')
  expect(out).toContain('Processor: shop.thing')
  expect(out).toContain('Dead letters (topic: shop.dead-letters)')
  expect(code).toBe(0)
})

test('what was read before is read without a compiler', async () => {
  write('again/facts.config.ts', ESM('shop'))
  const printLoaded = ['--require', join(packageRoot(), 'test', 'support', 'print-loaded.cjs')]
  const [first, second] = [
    await factsOf(printLoaded, 'again', 'describe'),
    await factsOf(printLoaded, 'again', 'describe'),
  ]
  expect(first.out).toContain('/jiti/dist/babel')
  expect(second.out).toContain('Processor: shop.thing')
  expect(second.out).not.toContain('/jiti/dist/babel')
})

test('--config names another one, before or after the verb', async () => {
  write('elsewhere/own.ts', ESM('other'))
  for (const args of [
    ['--config', '../elsewhere/own.ts', 'describe'],
    ['describe', '--config=../elsewhere/own.ts'],
  ]) {
    expect((await facts('empty', ...args)).out).toContain('Processor: other.thing')
  }
})

test('the consumer group is named after the application, and facts.yaml beside it is read', async () => {
  write('named/facts.config.cjs', COMMON_JS('shop'))
  expect((await facts('named', 'describe', '--acls')).out).toContain('--group shop --')
  write('named/facts.yaml', 'pipeline: { applicationId: another }')
  expect((await facts('named', 'describe', '--acls')).out).toContain('--group another --')
})

test('its commands are verbs, which get their arguments and the database', async () => {
  const program = `console.log(process.argv.slice(2).join(' '), process.env.DATABASE_URL)`
  write('verbs/tools/greet.js', program)
  const commands = `commands: { greet: { description: 'Greets.', program: 'tools/greet.ts' } }`
  write('verbs/facts.config.cjs', COMMON_JS('shop', commands))
  expect((await facts('verbs', '--help')).out).toMatch(/greet .*Greets\./)
  expect((await facts('verbs', 'greet', '--loud', 'you')).out).toBe(
    'greet --loud you postgres://shop:shop@localhost:5432/shop\n',
  )
})

describe('where it cannot be loaded', () => {
  test.each([
    ['there is none', undefined, [], /There is no application here.*pass --config <path>/],
    ['--config is wrong', undefined, ['--config', 'x.ts'], /x\.ts does not exist\. Correct --conf/],
    [
      'it is no program',
      'const = 1',
      [],
      /facts\.config\.ts cannot be loaded: .*Unexpected token/s,
    ],
    [
      'it imports nothing',
      "import './nope'",
      [],
      /cannot be loaded: Cannot find module '\.\/nope'/,
    ],
    ['it exports nothing', 'export const x = 1', [], /exports no application\. It needs: import/],
    [
      'it contradicts itself',
      "import { defineApp } from 'pgfacts'\nexport default defineApp({ name: 'A B', facts: [], schemas: {} as never })",
      [],
      /The application is not valid: its name is "A B", .*it has no fact.*TOPOLOGY_INVALID/,
    ],
  ] as const)('because %s, the command says what to do', async (why, text, args, message) => {
    const below = why.replaceAll(' ', '-')
    if (text !== undefined) write(`${below}/facts.config.ts`, text)
    const { code, out } = await facts(below, 'describe', ...args)
    expect(out).toMatch(message)
    expect(code).toBe(1)
  })

  test('help and version are printed, with the reason', async () => {
    write('broken/facts.config.ts', 'const = 1')
    const help = await facts('broken', '--help')
    expect(help.out).toContain('Usage: facts')
    expect(help.out).toContain('facts.config.ts cannot be loaded')
    expect(await facts('empty', '--version')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    })
  })
})
