import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { goldenFiles } from '../../scripts/record/golden-files'
import { artifactLock } from '../../src/dev-stack/artifacts/artifact-lock'
import { packageRoot } from '../../src/package-root'

const FOLDER = join(packageRoot(), 'test', 'golden', 'debezium-3.7.0')

interface ConnectorFile {
  readonly name: string
  readonly config: Readonly<Record<string, string>>
}

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))

const recording = json(join(FOLDER, 'recording.json')) as {
  readonly versions: Readonly<Record<string, string>>
  readonly connector: ConnectorFile
}

/** Settings that are not the same in both files. */
function differences(shipped: ConnectorFile, recorded: ConnectorFile): readonly string[] {
  const names = new Set([...Object.keys(shipped.config), ...Object.keys(recorded.config)])
  return [...names].filter((name) => shipped.config[name] !== recorded.config[name])
}

test('the golden records are those of the connector file that is shipped', () => {
  const shipped = json(join(packageRoot(), 'connectors', 'monolith.json')) as ConnectorFile
  const changed = differences(shipped, recording.connector)
  const advice = 'connectors/monolith.json is not what was recorded. Run: npm run record'
  expect({ advice, changed }).toEqual({ advice, changed: [] })
})

test('a setting that was changed, added or left out since the recording is found', () => {
  const { name, config } = recording.connector
  const { 'tasks.max': tasks = '', ...others } = config
  const changed = { ...others, 'poll.interval.ms': '11', new: tasks }
  expect(differences({ name, config: changed }, recording.connector)).toEqual([
    'poll.interval.ms',
    'new',
    'tasks.max',
  ])
})

test('the golden records are those of the versions that the stack starts', () => {
  const { debezium, kafka } = artifactLock()
  const advice = 'Run: npm run record'
  expect({ advice, ...recording.versions }).toMatchObject({
    advice,
    debezium: debezium.version,
    kafka: kafka.version,
  })
})

test('no golden record has the form that the shipped connector does not write', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.jsonl'))
  const wrong = names.filter((name) =>
    readFileSync(join(FOLDER, name), 'utf8').includes('"snapshot":"false"'),
  )
  expect(names).toContain('wildapp_primary.jsonl')
  expect(wrong).toEqual([])
})

test('a golden file has the bytes of the records of one topic', () => {
  const record = (topic: string, offset: bigint, key: string | null, value: string | null) => ({
    topic,
    partition: 0,
    offset,
    timestamp: 0n,
    headers: {},
    key: key === null ? null : Buffer.from(key),
    value: value === null ? null : Buffer.from(value),
  })
  const files = goldenFiles([
    record('monolith.public.wildapp_edge_swap', 0n, '{"id":1}', '{"n":1.10}'),
    record('monolith.public.wildapp_edge_swap', 1n, '{"id":1}', null),
    record('monolith.public.wildapp_primary', 0n, null, '{}'),
    record('__debezium-heartbeat.monolith', 7n, '{}', '{}'),
  ])
  expect([...files]).toEqual([
    [
      'edge.swap',
      '{"partition":0,"offset":0,"key":{"id":1},"value":{"n":1.10}}\n{"partition":0,"offset":1,"key":{"id":1},"value":null}\n',
    ],
    ['wildapp_primary', '{"partition":0,"offset":0,"key":null,"value":{}}\n'],
    ['heartbeat', '{"partition":0,"offset":7,"key":{},"value":{}}\n'],
  ])
})
