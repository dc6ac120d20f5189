import { sampleConfig } from './support/sample-config'
import { describeAcls } from '../src/cli/rights/describe-acls'
import { declaredRights } from '../src/cli/rights/declared-rights'
import { aclCommands, aclsOf, VERBS_WITH_RIGHTS } from '../src/rights'

const configOf = (env: Readonly<Record<string, string>> = {}): ReturnType<typeof sampleConfig> =>
  sampleConfig({ env: { FACTS_HOME: '/nonexistent', ...env } })

const SECURED = {
  FACTS_KAFKA_BROKERS: 'kafka-1.example:9093,kafka-2.example:9093',
  FACTS_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  FACTS_KAFKA_USERNAME: 'facts',
  FACTS_KAFKA_PASSWORD: 's3cret',
}

test('the commands name principal, operations and resource, and no secret', () => {
  const text = describeAcls(configOf(SECURED))
  expect(text).toContain(
    'kafka-acls.sh --bootstrap-server kafka-1.example:9093,kafka-2.example:9093 --add --allow-principal User:facts --operation READ --operation WRITE --topic wildapp.feed-cursors --resource-pattern-type literal',
  )
  expect(text).toContain('--operation READ --group wildapp --resource-pattern-type literal')
  expect(text).toContain('--transactional-id wildapp. --resource-pattern-type prefixed')
  expect(text).toContain('--command-config admin.properties')
  expect(text).not.toContain('s3cret')
})

test('each verb has its commands under its name', () => {
  const titles = describeAcls(configOf())
    .split('\n')
    .filter((line) => line.startsWith('# '))
  expect(titles).toEqual([
    ...VERBS_WITH_RIGHTS.filter((verb) => verb !== 'connect').map((verb) => `# facts ${verb}`),
    '# Kafka Connect with the connector',
  ])
})

test('the names are those of the configured application', () => {
  const config = configOf({ FACTS_PIPELINE_APPLICATION_ID: 'mine' })
  const names = declaredRights(config).pipeline.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['mine', 'mine-', 'mine.']))
})

test('a principal is quoted for a shell', () => {
  const [command = ''] = aclCommands(declaredRights(configOf()).resync, {
    principal: "User:CN=o'brien,O=x y",
    brokers: ['b:1'],
  })
  expect(command).toContain(`--allow-principal 'User:CN=o'\\''brien,O=x y' --operation`)
})

test('rights of one resource are one ACL', () => {
  const rights = declaredRights(configOf())
  for (const verb of VERBS_WITH_RIGHTS) {
    const ids = aclsOf(rights[verb]).map(({ resource, pattern, name }) =>
      [resource, pattern, name].join(' '),
    )
    expect(new Set(ids).size).toBe(ids.length)
  }
  expect(aclsOf(rights.feed)).toContainEqual({
    resource: 'topic',
    name: 'wildapp.feed-cursors',
    pattern: 'literal',
    operations: ['READ', 'WRITE'],
  })
})

test('every right is asked for by a name that it covers', () => {
  for (const right of Object.values(declaredRights(configOf())).flat()) {
    expect(right.used).not.toEqual([])
    for (const name of right.used) {
      expect(right.pattern === 'literal' ? name === right.name : name.startsWith(right.name)).toBe(
        true,
      )
    }
  }
})
