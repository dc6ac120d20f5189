import { describeParts, embedded, partsOf } from '../../../src/cli/start/parts'
import { givenSettings } from '../../../src/config/config'
import { temporaryFolder } from '../../support/temporary-folder'

const folder = temporaryFolder()

const settings = (env: Readonly<Record<string, string>>): ReturnType<typeof givenSettings> =>
  givenSettings({ env, folder: folder.path })

const DATABASE = 'postgres://owner:secret@db.example:5432/shop?sslmode=require'
const CONNECT = 'http://user:secret@connect.example:8083/'
const given = (env: Readonly<Record<string, string>>, topics = false): string =>
  describeParts(partsOf(settings(env), { topics }), settings(env)).join('\n')

test('without any address everything is started here', () => {
  const parts = partsOf(settings({}), { topics: false })
  expect(embedded(parts)).toEqual(['postgres', 'kafka', 'connect', 'registry'])
})

test('a part whose address is set is given, and shown without its password', () => {
  expect(given({ FACTS_DATABASE_URL: DATABASE, FACTS_REGISTRY_URL: 'http://registry:8081' })).toBe(
    `  PostgreSQL given     db.example:5432/shop
  Kafka      embedded
  Connect    embedded
  Registry   given     http://registry:8081`,
  )
})

test('of --topics neither PostgreSQL nor Kafka Connect is used, also when they are set', () => {
  const env = { FACTS_DATABASE_URL: DATABASE, FACTS_KAFKA_BROKERS: 'one:9092,two:9092' }
  expect(given({ ...env, FACTS_CONNECT_URL: CONNECT }, true)).toBe(
    `  PostgreSQL unused
  Kafka      given     one:9092, two:9092
  Connect    unused
  Registry   embedded`,
  )
})

test.each([
  ['--topics without a Kafka', {}, true, 'needs your Kafka: set kafka.brokers'],
  [
    'a Kafka Connect without its Kafka',
    { FACTS_CONNECT_URL: CONNECT },
    false,
    'Kafka Connect at http://connect.example:8083 writes to its own Kafka',
  ],
  [
    'a distant Kafka Connect with a PostgreSQL that is started here',
    { FACTS_CONNECT_URL: CONNECT, FACTS_KAFKA_BROKERS: 'one:9092' },
    false,
    'cannot reach a PostgreSQL that is started here',
  ],
  [
    'a distant Kafka Connect with a database that it would look for on its own machine',
    {
      FACTS_CONNECT_URL: CONNECT,
      FACTS_KAFKA_BROKERS: 'one:9092',
      FACTS_DATABASE_URL: 'postgres://owner:secret@localhost:5432/shop',
    },
    false,
    'cannot reach the database at localhost:5432/shop. Set connector.databaseHost',
  ],
  [
    'certificates without the brokers that they are for',
    { FACTS_KAFKA_CA_FILE: 'ca.pem' },
    false,
    'kafka.caFile is set, but kafka.brokers is not',
  ],
])('%s is refused with what to set', (_, env, topics, message) => {
  const act = (): unknown => partsOf(settings(env), { topics })
  expect(act).toThrow(message)
  expect(act).not.toThrow('secret')
})

test('what the messages say makes the combination one that is accepted', () => {
  const env = {
    FACTS_CONNECT_URL: CONNECT,
    FACTS_KAFKA_BROKERS: 'one:9092',
    FACTS_DATABASE_URL: 'postgres://owner:secret@localhost:5432/shop',
    FACTS_CONNECTOR_DATABASE_HOST: 'host.docker.internal',
  }
  expect(embedded(partsOf(settings(env), { topics: false }))).toEqual(['registry'])
})
