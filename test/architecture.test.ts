import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { IMPORT_RULES } from './support/import-rules'
import { filesIn, root } from './support/source-files'

/*
 * Which part may import which, and what else holds of every file.
 */
const src = join(root, 'src')

const files = filesIn(src)
const handwritten = files.filter(({ path }) => !/^(wildapp\/)?gen\//.test(path))

const isIn = (path: string, place: string): boolean =>
  path === place || path === `${place}.ts` || path.startsWith(`${place}/`)

/** The place that an import names: one may name a folder for its index. */
function targetOf(path: string): string {
  const index = join(path, 'index')
  return relative(src, existsSync(`${index}.ts`) && !existsSync(`${path}.ts`) ? index : path)
}

/** The one whose rule a file has to keep: the innermost. */
const placeOf = (path: string): string | undefined =>
  Object.keys(IMPORT_RULES)
    .filter((place) => isIn(path, place))
    .sort((a, b) => b.length - a.length)[0]

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')

const isBuiltin = (name: string): boolean =>
  name.startsWith('node:') || builtinModules.includes(name)

test('every place below src has a rule', () => {
  const without = files.filter(({ path }) => placeOf(path) === undefined)
  expect(without.map(({ path }) => path)).toEqual([])
})

describe.each(Object.entries(IMPORT_RULES))('%s', (place, rule) => {
  const own = files.filter(({ path }) => placeOf(path) === place)

  test('imports only the folders that it may', () => {
    const wrong = own.flatMap(({ path, imports }) =>
      imports
        .filter((name) => name.startsWith('.'))
        .map((name) => targetOf(resolve(src, path, '..', name)))
        .filter(
          (target) => ![place, ...rule.within].some((one) => one === '*' || isIn(target, one)),
        )
        .map((target) => `${path} imports ${target}`),
    )
    expect(wrong).toEqual([])
  })

  test('imports only the packages that it may', () => {
    const wrong = own.flatMap(({ path, imports }) =>
      imports
        .filter((name) => !name.startsWith('.') && !isBuiltin(name))
        .map(packageOf)
        .filter((name) => !rule.outside.includes(name) || !path.startsWith(rule.only?.[name] ?? ''))
        .map((name) => `${path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })

  test('does no I/O where it must not', () => {
    const { pure } = rule
    if (pure === undefined) return
    const wrong = own.flatMap(({ path, imports }) =>
      imports
        .filter((name) => isBuiltin(name) && !pure.includes(name))
        .map((name) => `${path} imports ${name}`),
    )
    expect(wrong).toEqual([])
  })
})

test('no file has more than 300 lines', () => {
  const folders = ['src', 'monolith', 'test', 'bench', 'scripts', 'examples'].map((name) =>
    join(root, name),
  )
  const long = folders
    .flatMap((folder) =>
      filesIn(folder).map((file) => ({ ...file, path: join(relative(root, folder), file.path) })),
    )
    .filter(({ path }) => !/^(src|src\/wildapp|examples)\/gen\//.test(path))
    .filter(({ text }) => text.split('\n').length > 301)
    .map(({ path }) => path)
  expect(long).toEqual([])
})

test('no folder or file is named for nothing in particular', () => {
  const vague = handwritten.filter(({ path }) =>
    /(^|\/)(utils?|helpers?|types|common|misc)(\.ts|\/)/.test(path),
  )
  expect(vague.map(({ path }) => path)).toEqual([])
})

test('only the configuration reads the environment', () => {
  // The CLI's colour library and pino honour NO_COLOR by themselves; telemetry asks for it once.
  const allowed = ['config/config.ts', 'telemetry.ts']
  const wrong = handwritten.filter(
    ({ path, text }) => text.includes('process.env') && !allowed.includes(path),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('the sample is named in its own folder only', () => {
  // The connector file that those of new applications are made from is the sample's.
  const wrong = files.filter(
    ({ path, text }) => !/^(wildapp\/|cli\/init\.ts)/.test(path) && /wildapp|monolith/i.test(text),
  )
  expect(wrong.map(({ path }) => path)).toEqual([])
})

test('src and monolith import nothing of each other', () => {
  const crossing = [
    ...files.filter(({ imports }) => imports.some((name) => name.includes('monolith/'))),
    ...filesIn(join(root, 'monolith')).filter(({ imports }) =>
      imports.some((name) => name.includes('/src/')),
    ),
  ]
  expect(crossing.map(({ path }) => path)).toEqual([])
})

test('examples import only what an application does, and are short', () => {
  const examples = filesIn(join(root, 'examples')).filter(({ path }) => !path.startsWith('gen/'))
  const wrong = examples.flatMap(({ path, imports }) =>
    imports.filter((name) => name.startsWith('../')).map((name) => `${path} imports ${name}`),
  )
  expect(wrong).toEqual([])
  const long = examples.filter(({ text }) => text.split('\n').length > 81)
  expect(long.map(({ path }) => path)).toEqual([])
})
