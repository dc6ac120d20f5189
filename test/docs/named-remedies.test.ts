import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { factsCommand } from '../../src/cli/facts-command'
import { packageRoot } from '../../src/package-root'

/*
 * Messages name commands, flags, settings and pages that help. Whether they do help is for the tests of each message; here, that
 * there is such a thing: of every message, also of those that no test sees.
 */
const root = packageRoot()
const text = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  // Rooms of verbs that are not there yet.
  .filter((path) => path.endsWith('.ts') && !/(^|\/)(app|codegen|gen|protobuf)\//.test(path))
  .map((path) => `src/${path}`)
const { scripts } = JSON.parse(text('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>
}
const facts = factsCommand()

/** What the words call, if they call anything: a verb, or a command below it. */
function called(words: readonly string[], parent: Command = facts): Command | undefined {
  const [first] = words.filter((word) => word !== '' && !word.startsWith('--'))
  if (first === undefined || parent.commands.length === 0) return parent
  const command = parent.commands.find((one) => one.name() === first)
  return command && called(words.slice(words.indexOf(first) + 1), command)
}

const takes = (command: Command, flag: string): boolean =>
  flag === '--help' ||
  command.options.some(({ long }) => long === flag) ||
  (command.parent !== null && takes(command.parent, flag))

const flagsIn = (rest: string): readonly string[] => rest.match(/--[a-z-]+/g) ?? []
/** Each place of the pattern, as the test reports it. */
function named(pattern: RegExp): (readonly [where: string, ...groups: string[]])[] {
  return sources.flatMap((path) =>
    [...text(path).matchAll(pattern)].map(
      ([all, ...groups]) => [`${path}: ${all}`, ...groups] as const,
    ),
  )
}

test('each command that a message has run is there, as an npm script too, and takes the words and flags', () => {
  const all = named(/commandLine\(((?:'[^']*'(?:, )?)+)\)/g)
  const wrong = all.filter(([, list = '']) => {
    const [verb = '', ...rest] = [...list.matchAll(/'([^']*)'/g)].map(([, word = '']) => word)
    if (scripts[verb] !== `node bin/facts.cjs ${verb}`) return true
    // The programs of the sample read their own flags.
    if (verb === 'seed' || verb === 'migrate') return false
    const command = called([verb, ...rest])
    return command === undefined || !flagsIn(rest.join(' ')).every((flag) => takes(command, flag))
  })
  expect(all.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

test('no message has a verb run by npm, which an application does not do', () => {
  const all = named(/npm (?:run [\w:-]+|start)/g)
  // The script of the application that is made.
  const own = ['src/pull/render/project.ts: npm run check']
  expect(all.map(([where]) => where)).toEqual(own)
})

test('each verb that a message quotes is there', () => {
  const all = named(/["`]facts ([a-z][a-z-]*)/g)
  const wrong = all.filter(([, verb = '']) => called([verb]) === undefined)
  expect(all.length).toBeGreaterThan(20)
  expect(wrong).toEqual([])
})

test('each flag that a message gives to a verb is one of it', () => {
  const all = named(/\bfacts ((?:[a-z-]+ )+)((?:--[a-z-]+\b ?)+)/g)
  const wrong = all.filter(([, words = '', flags = '']) => {
    const command = called(words.trim().split(' '))
    return command === undefined || !flagsIn(flags).every((flag) => takes(command, flag))
  })
  expect(all.length).toBeGreaterThan(10)
  expect(wrong).toEqual([])
})

test('each variable that a message names is in the reference of the configuration', () => {
  const reference = text('docs/reference/configuration.md')
  const all = named(/\b(FACTS_(?!EVENT_|DEADLINE_MS)[A-Z][A-Z_]*[A-Z])\b(?![_*])/g)
  const wrong = all.filter(([, name = '']) => !new RegExp(`\\b${name}\\b`).test(reference))
  expect(all.length).toBeGreaterThan(50)
  expect(wrong).toEqual([])
})

test('each page that a message names is there', () => {
  const all = named(/\b(docs\/[\w/-]+\.md|connectors\/[\w-]+\.\w+)/g)
  const wrong = all.filter(([, path = '']) => !existsSync(join(root, path)))
  expect(all.length).toBeGreaterThan(10)
  expect(wrong).toEqual([])
})
