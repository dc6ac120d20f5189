import { artifactLock, parseArtifactLock } from '../../../src/dev-stack/artifacts/artifact-lock'

const entry = (over: object = {}): object => ({
  coordinates: 'org.example:thing:1.0',
  size: 3,
  sha256: 'a'.repeat(64),
  ...over,
})
const lockWith = (file: object): object => {
  const group = { version: '1.0', files: [file] }
  return { kafka: group, debezium: group, registry: group }
}

test('the committed lock pins Kafka, the Debezium plugin and the registry', () => {
  const lock = artifactLock()
  expect(lock.kafka.version).toBe('4.3.1')
  expect(lock.kafka.files.length).toBeGreaterThan(80)
  expect(lock.debezium.files.map(({ file }) => file)).toEqual([
    'debezium-connector-postgres-3.7.0.Final-plugin.tar.gz',
  ])
  expect(lock.registry.files.map(({ file }) => file)).toEqual([
    'apicurio-registry-app-3.0.9-all.tar.gz',
  ])
})

test('file names on the classpath are distinct, so that none replaces another', () => {
  const names = artifactLock().kafka.files.map(({ file }) => file)
  expect(new Set(names).size).toBe(names.length)
})

test('coordinates without extension name a jar', () => {
  const [file] = parseArtifactLock(lockWith(entry())).kafka.files
  expect(file).toMatchObject({ extension: 'jar', classifier: undefined, file: 'thing-1.0.jar' })
})

test('coordinates may carry extension and classifier', () => {
  const coordinates = 'org.example:thing:tar.gz:all:1.0'
  const [file] = parseArtifactLock(lockWith(entry({ coordinates }))).kafka.files
  expect(file).toMatchObject({ classifier: 'all', version: '1.0', file: 'thing-1.0-all.tar.gz' })
})

test.each([
  ['a path in the coordinates', { coordinates: 'org.example:../../thing:1.0' }, /is not group/],
  ['too few coordinates', { coordinates: 'thing:1.0' }, /is not group/],
  ['no size', { size: 0 }, /has no size/],
  ['a checksum of another kind', { sha256: 'a'.repeat(40) }, /has no SHA-256/],
])('an entry with %s is refused by name', (_, over, message) => {
  expect(() => parseArtifactLock(lockWith(entry(over)))).toThrow(message)
})

test('a lock without a group is refused', () => {
  expect(() => parseArtifactLock({})).toThrow(/"kafka" is not an object/)
})
