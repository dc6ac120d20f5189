import { declaredRights } from '../../src/cli/rights/declared-rights'
import app from '../../facts.config'
import { configOf } from '../../src/app/app-config'
import { aclsOf, VERBS_WITH_RIGHTS } from '../../src/rights'

/** The sample with its defaults, not with the configuration of this machine. */
const SHIPPED = configOf({ ...app, folder: '/nonexistent' }, { env: {} })

/** docs/acls.md: what brokers that deny by default have to allow. */
export function aclsPage(): string {
  const rights = declaredRights(SHIPPED)
  const rows = VERBS_WITH_RIGHTS.flatMap((verb) =>
    aclsOf(rights[verb]).map(({ resource, name, pattern, operations }, index) => {
      const who = verb === 'connect' ? 'Kafka Connect' : `facts ${verb}`
      const title = index === 0 ? `\`${who}\`` : ''
      const kind = resource === 'transactional-id' ? 'transactional id' : resource
      return `| ${title} | ${kind} | \`${name}\` | ${pattern} | ${operations.join(', ')} |`
    }),
  )
  return `# What Kafka has to allow

Generated from src/rights.ts by \`npm run generate\`. On a cluster that denies by default (\`authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\`, \`allow.everyone.if.no.acl.found=false\`) each verb needs these ACLs, and nothing more. READ and WRITE imply DESCRIBE; IDEMPOTENT_WRITE is implied by WRITE (Kafka 2.8 and later).

    facts describe --acls --principal User:facts      # prints the commands (kafka-acls.sh) for the configured names
    facts doctor                                      # asks the cluster whether each of them is allowed; changes nothing

The names are those of the default configuration: \`wildapp\` is \`pipeline.applicationId\`, \`monolith\` is \`topic.prefix\` in connectors/monolith.json. Every verb asks at its start, and ends with NOT_AUTHORIZED, principal, operation and resource when one is lacking; \`facts pipeline\` and \`facts feed\` also when one is withdrawn while they run. One withdrawn on \`wildapp.feed-cursors\`, or on its transactional id, ends no feed that runs: its streams and pages continue, the log of the feed has NOT_AUTHORIZED, and acknowledged cursors are answered with 503 \`upstream-refused\` until the right is granted again. What is asked has no effect: topics say what is allowed (KIP-430), and groups and transactional ids are asked with requests that name no member and no producer.

| who | resource | name | pattern | operations |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

- CREATE in the row of \`provision\` is needed as long as a topic is missing. \`facts resync --all\` speaks to Kafka Connect besides, \`facts resync --snapshot\`, \`register-connector\` and \`supervise\` speak to nothing else, and \`follow\` speaks to the feed.
- The pipeline sees that nothing is captured ([health.md](health.md)) where it may DESCRIBE \`__debezium-heartbeat.monolith\`; otherwise it says nothing of it.
- \`max.message.bytes\` of topics is read where DESCRIBE_CONFIGS allows it: \`provision\` then warns of topics that take too little, and the pipeline makes its batches as large as they may be.
- \`facts-connect\` is \`group.id\` of the Connect worker, and its topics are \`config.storage.topic\`, \`offset.storage.topic\` and \`status.storage.topic\`; the local stacks have these names. The connector writes as the worker's producer does (\`producer.*\`), and makes topics with \`topic.creation.*\` as its admin client (\`admin.*\`).
- Without TLS and SASL everyone is \`User:ANONYMOUS\`. Who has a certificate goes by its subject, unless \`ssl.principal.mapping.rules\` says otherwise.
`
}
