import { Command } from 'commander'
import { declaredTables, factsTopology } from '../compose/topology'
import { capturedTopic } from '../table/shape/captured-topic'
import { colors as pc } from '../colors'
import { factsHome, stackSettings } from '../config/config'
import { reachBroker } from '../broker/kafka/admin/reach-broker'
import type { AppConfig } from '../app/app-config'
import { appConfig } from '../app/app-config'
import { connectClient } from '../connector/connect-client'
import { connectorStatus } from '../connector/connector-status'
import { connectorFile, readConnectorFile } from '../connector/connector-file'
import { artifactCacheFolder } from '../dev-stack/artifacts/artifact-cache'
import { failedFinding } from '../dev-stack/machine/finding'
import type { Finding } from '../dev-stack/machine/finding'
import { examineMachine } from '../dev-stack/machine/machine'
import { stackStatus } from '../dev-stack/running-stack'
import { declaredPartitions } from '../topology/topology'
import { localAddress } from './run/local-address'
import { check } from './doctor/check'
import { checkConnect } from './doctor/check-connect'
import { checkDatabase } from './doctor/check-database'
import { checkDeadLetters } from './doctor/check-dead-letters'
import { checkDecoding } from './doctor/check-decoding'
import { checkFeed } from './doctor/check-feed'
import { checkKafka } from './doctor/check-kafka'
import { checkPipeline } from './doctor/check-pipeline'
import { checkRegistry } from './doctor/check-registry'
import { checkRights } from './doctor/check-rights'
import { checkSource } from './doctor/check-source'
import { checkTopicSizes } from './doctor/check-topic-sizes'

/** `facts doctor`: one line for each check, and what to do when it fails. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description(
      'Check this machine and every service at its configured address. Exits 1 when something must be fixed: when facts do not flow, or are wrong.',
    )
    .option('--json', 'print the findings as JSON')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const findings: Finding[] = []
      for (const found of checks(await appConfig())) {
        findings.push(...(await found))
        // As soon as it is known: a service that does not answer takes some seconds.
        if (json !== true) for (const finding of await found) console.log(describeFinding(finding))
      }
      if (json === true) console.log(JSON.stringify(findings, undefined, 2))
      process.exitCode = findings.some(({ status }) => status === 'fail') ? 1 : 0
    })
}

/** In the order in which they are shown; none rejects. */
function checks(config: AppConfig): readonly Promise<readonly Finding[]>[] {
  const file = readConnectorFile(connectorFile(config.app), config)
  const { name, config: connector } = file
  const settings = stackSettings()
  const machine = { settings, home: factsHome(), cache: artifactCacheFolder(settings.cache) }
  const setting = (key: string): string => connector[key] ?? ''
  const brokers = reachBroker(config.kafka.brokers)
  /** Without a broker the first of these checks says so, soon, and the others nothing. */
  const ofKafka = (
    about: string,
    look: () => Promise<readonly Finding[]>,
  ): Promise<readonly Finding[]> =>
    brokers.then(
      () => check(about, look),
      (error: unknown) => (about === 'kafka' ? [failedFinding(about, error)] : []),
    )
  return [
    check('machine', async () => (await examineMachine(machine)).findings),
    check('stack', () => Promise.resolve([stack()])),
    check('postgres', () =>
      checkDatabase({
        app: config.app,
        url: config.database.url,
        publication: setting('publication.name'),
        tables: capturedTables(config),
        slot: setting('slot.name'),
        role: setting('database.user'),
        hasRead: () => connectClient(config.connect).hasOffsets(name),
      }),
    ),
    ofKafka('kafka', () =>
      checkKafka({
        kafka: config.kafka,
        prefix: setting('topic.prefix'),
        partitions: config.topics.partitions,
        declared: declaredPartitions(factsTopology(config)),
      }),
    ),
    ofKafka('kafka rights', () => checkRights(config)),
    ofKafka('kafka max.message.bytes', () => checkTopicSizes(config)),
    check('connect', () =>
      checkConnect({ config, connector: name, plugin: setting('connector.class') }),
    ),
    check('source', () =>
      checkSource({
        config,
        connector: file,
        declared: declaredTables(config),
        running: () => connectClient(config.connect).config(name),
        saysRunning: async () => (await connectorStatus(config, name)).state === 'running',
      }),
    ),
    check('registry', () => checkRegistry(config.registry)),
    check('pipeline', () => checkPipeline(localAddress(config.http))),
    check('pipeline', () => checkDecoding(localAddress(config.http))),
    ofKafka('dead letters', () => checkDeadLetters(config)),
    check('feed', () => checkFeed(localAddress(config.feed))),
  ]
}

/** Names, as `schema.table`, of the tables that facts are made of or enriched from. */
function capturedTables(config: AppConfig): readonly string[] {
  const { sources, globalTables } = factsTopology(config)
  const topics = new Set([...sources, ...globalTables].map(({ topic }) => topic))
  return [...topics].map((topic) => {
    const { schema, table } = capturedTopic(topic)
    return `${schema}.${table}`
  })
}

function stack(): Finding {
  const { home, state, owner } = stackStatus()
  if (state === 'running') {
    return { name: 'stack', status: 'ok', detail: `runs on ${home}, in process ${owner ?? 0}` }
  }
  if (state === 'none') {
    return { name: 'stack', status: 'ok', detail: 'the embedded stack is not running here' }
  }
  const detail = `a killed stack left services on ${home}`
  return { name: 'stack', status: 'warn', detail, remedy: 'facts stack stop ends them.' }
}

function describeFinding({ name, status, detail, remedy }: Finding): string {
  const mark = { ok: pc.green('ok  '), warn: pc.yellow('warn'), fail: pc.red('fail') }[status]
  const advice = remedy === undefined ? '' : `\n      ${pc.bold('do:')} ${remedy}`
  return `${mark}  ${name}: ${detail}${advice}`
}
