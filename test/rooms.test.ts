import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { filesIn, root } from './support/source-files'

/*
 * Within the larger folders of src: which of their folders may import which. In the order of their floors: each imports only
 * what is above it in the table. '.' is the folder itself.
 */
const src = join(root, 'src')

interface Room {
  readonly within: readonly string[]
}

const ROOMS: Readonly<Record<string, Readonly<Record<string, Room>>>> = {
  table: {
    bytes: { within: [] },
    shape: { within: ['bytes'] },
    exact: { within: ['shape'] },
    codec: { within: ['bytes', 'shape', 'exact'] },
    fast: { within: ['bytes', 'shape', 'exact'] },
    '.': { within: ['shape', 'exact', 'codec', 'fast'] },
  },
  protobuf: {
    framing: { within: [] },
    message: { within: [] },
    json: { within: ['message'] },
    registry: { within: ['framing', 'message'] },
    serde: { within: ['framing', 'message', 'json', 'registry'] },
    '.': { within: ['message'] },
  },
  fact: {
    value: { within: [] },
    declare: { within: [] },
    history: { within: ['value', 'declare'] },
    lookups: { within: ['value', 'declare', 'history'] },
    compile: { within: ['value', 'declare', 'history', 'lookups'] },
  },
  'source-format': {
    settings: { within: [] },
    values: { within: ['settings'] },
    records: { within: ['settings', 'values'] },
    '.': { within: ['settings', 'values', 'records'] },
  },
  broker: {
    '.': { within: [] },
    'kafka/kafkajs': { within: [] },
    'kafka/requests': { within: ['kafka/kafkajs'] },
    'kafka/client': { within: ['.', 'kafka/kafkajs', 'kafka/requests'] },
    'kafka/kafkajs/replacements': { within: ['kafka/kafkajs'] },
    memory: { within: ['.', 'kafka/kafkajs'] },
    'kafka/consume': { within: ['.', 'kafka/kafkajs', 'kafka/client'] },
    'kafka/read': { within: ['.', 'kafka/kafkajs', 'kafka/client', 'kafka/kafkajs/replacements'] },
    'kafka/transact': { within: ['.', 'kafka/kafkajs', 'kafka/client', 'kafka/requests'] },
    'kafka/admin': {
      within: ['.', 'kafka/kafkajs', 'kafka/client', 'kafka/requests', 'kafka/read'],
    },
    kafka: {
      within: ['.', 'kafka/client', 'kafka/consume', 'kafka/read', 'kafka/transact', 'kafka/admin'],
    },
  },
  runtime: {
    commit: { within: [] },
    topics: { within: [] },
    state: { within: ['commit', 'topics'] },
    watch: { within: ['topics'] },
    'dead-letters': { within: ['commit', 'topics', 'state'] },
    task: { within: ['commit', 'topics', 'state', 'watch', 'dead-letters'] },
    '.': { within: ['commit', 'topics', 'state', 'watch', 'task'] },
  },
  observe: {
    audit: { within: [] },
    resync: { within: [] },
    watch: { within: [] },
  },
  feed: {
    '.': { within: [] },
    image: { within: [] },
    acknowledged: { within: ['.'] },
    cursor: { within: ['.'] },
    filter: { within: ['.', 'image', 'cursor'] },
    store: { within: ['.', 'image', 'cursor', 'filter'] },
    select: { within: ['.', 'image', 'filter'] },
    event: { within: ['image', 'cursor', 'filter', 'select'] },
    history: { within: ['image', 'cursor', 'store', 'event'] },
    'http/auth': { within: ['.', 'select'] },
    ingest: { within: ['.', 'cursor', 'store', 'select'] },
    live: {
      within: ['.', 'image', 'cursor', 'filter', 'store', 'event', 'history', 'select', 'ingest'],
    },
    replay: { within: ['.', 'image', 'cursor', 'store', 'event', 'history', 'select', 'live'] },
    stream: { within: ['cursor', 'event', 'live', 'replay'] },
    page: { within: ['.', 'cursor', 'event', 'live', 'replay'] },
    'http/routes': {
      within: [
        '.',
        'acknowledged',
        'cursor',
        'event',
        'select',
        'http/auth',
        'live',
        'replay',
        'stream',
        'page',
      ],
    },
    'http/openapi': { within: ['.', 'http/auth', 'live', 'http/routes'] },
    http: {
      within: ['.', 'event', 'http/auth', 'http/routes', 'http/openapi'],
    },
  },
  'dev-stack': {
    process: { within: [] },
    ports: { within: ['process'] },
    machine: { within: [] },
    service: { within: ['process', 'ports'] },
    artifacts: { within: ['process', 'service'] },
    '.': { within: ['process', 'ports', 'machine', 'service', 'artifacts'] },
  },
  pull: {
    '.': { within: [] },
    render: { within: ['.'] },
  },
  client: {
    errors: { within: [] },
    position: { within: ['errors'] },
    '.': { within: ['errors', 'position'] },
  },
}

interface Arrow {
  readonly file: string
  readonly from: string
  readonly to: string
}

/** Imports from one folder below src into another. */
const arrows = filesIn(src).flatMap(({ path, imports }) =>
  imports
    .filter((name) => name.startsWith('.'))
    .map((name): Arrow => ({
      file: path,
      from: folderOf(path),
      to: folderOf(targetOf(join(dirname(path), name))),
    }))
    .filter(({ from, to }) => from !== to),
)

/** The file that an import names: one may name a folder for its index. */
function targetOf(path: string): string {
  const isFolder = !existsSync(join(src, `${path}.ts`)) && existsSync(join(src, path, 'index.ts'))
  return isFolder ? join(path, 'index') : path
}

/** A file at the top of src is a place of its own. */
function folderOf(path: string): string {
  return path.includes('/') ? dirname(path) : path.replace(/\.ts$/, '')
}

describe.each(Object.entries(ROOMS))('%s', (wing, rooms) => {
  const roomOf = (folder: string): string => relative(wing, folder) || '.'
  const isWithin = (folder: string): boolean => folder === wing || folder.startsWith(`${wing}/`)

  test('every folder has a rule', () => {
    const folders = filesIn(join(src, wing)).map(({ path }) => dirname(path))
    expect([...new Set(folders)].sort()).toEqual(Object.keys(rooms).sort())
  })

  test('each folder imports only those that it may', () => {
    const wrong = arrows
      .filter(({ from, to }) => isWithin(from) && isWithin(to))
      .map((arrow) => ({ ...arrow, rule: rooms[roomOf(arrow.from)], room: roomOf(arrow.to) }))
      .filter(({ rule, room }) => rule?.within.includes(room) !== true)
      .map(({ file, room }) => `${file} imports ${room}`)
    expect(wrong).toEqual([])
  })

  test('each folder imports only what is above it in the table', () => {
    const floors = Object.keys(rooms)
    const wrong = Object.entries(rooms).flatMap(([room, { within }], floor) =>
      within
        .filter((other) => !floors.slice(0, floor).includes(other))
        .map((other) => `${room} imports ${other}`),
    )
    expect(wrong).toEqual([])
  })
})

/** What each imports, types included. */
type Graph = ReadonlyMap<string, ReadonlySet<string>>

/** Those that can be reached from themselves, in order. */
function inCircle(graph: Graph): readonly string[] {
  const reached = (from: string): Set<string> => {
    const found = new Set<string>()
    const open = [from]
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      for (const other of graph.get(one) ?? []) {
        if (!found.has(other)) open.push(other)
        found.add(other)
      }
    }
    return found
  }
  return [...graph.keys()].filter((one) => reached(one).has(one)).sort()
}

function graphOf(edges: readonly { readonly from: string; readonly to: string }[]): Graph {
  const graph = new Map<string, Set<string>>()
  for (const { from, to } of edges) graph.set(from, (graph.get(from) ?? new Set()).add(to))
  return graph
}

test('no folders below src import each other in a circle', () => {
  expect(inCircle(graphOf(arrows))).toEqual([])
})

/** Files that name each other's types; the compiled code has no circle. */
const TYPE_CIRCLES = [
  // A cursor reads numbers, and what reads them moves the cursor.
  'table/bytes/byte-cursor',
  'table/bytes/read-number',
]

test('no files below src import each other in a circle, but for types that are named here', () => {
  const edges = filesIn(src).flatMap(({ path, imports, codeImports }) =>
    imports
      .filter((name) => name.startsWith('.'))
      .map((name) => ({
        from: path.replace(/\.ts$/, ''),
        to: targetOf(join(dirname(path), name)),
        isType: !codeImports.includes(name),
      })),
  )
  expect(inCircle(graphOf(edges.filter(({ isType }) => !isType)))).toEqual([])
  expect(inCircle(graphOf(edges))).toEqual([...TYPE_CIRCLES].sort())
})
