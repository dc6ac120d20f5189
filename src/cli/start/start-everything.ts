import { colors as pc } from '../../colors'
import { feedServer } from '../../compose/feed'
import { streamApp } from '../../compose/pipeline'
import { provision } from '../../compose/provision'
import { declaredTables, factsTopology } from '../../compose/topology'
import { watcher } from '../../compose/watch'
import { runAppCommand } from '../run/run-app-command'
import type { AppConfig } from '../../app/app-config'
import { configOf } from '../../app/app-config'
import { givenSettings } from '../../config/config'
import { loadApp } from '../../app/load-app'
import { connectClient } from '../../connector/connect-client'
import { connectorFile, readConnectorFile } from '../../connector/connector-file'
import { refreshConnector } from '../../connector/refresh-connector'
import { registerConnector } from '../../connector/register-connector'
import { slotLoss } from '../../connector/slot-loss'
import { supervise } from '../../connector/supervise'
import { FactsError, describeError } from '../../errors'
import { startHealthServer } from '../../health-server'
import { captureWatchOf } from '../run/capture-watch-of'
import type { StopReason } from '../run/stop-signal'
import type { Stack } from '../../dev-stack/stack'
import type { StackListener } from '../../dev-stack/service/stack-event'
import { writeJsonFile } from '../../dev-stack/process/json-file'
import { stackHome } from '../../dev-stack/service/stack-home'
import { startStack } from '../../dev-stack/start-stack'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { Topology } from '../../topology/topology'
import { FeedMetrics, Metrics, createLogger } from '../../telemetry'
import { answering } from './answering'
import { Arrivals } from './arrivals'
import { Cleanup } from './cleanup'
import { countRows } from './count-rows'
import type { GivenDatabase } from './given-database'
import { passwordOfCapture, readyDatabase } from './given-database'
import { nextSteps } from './next-steps'
import { describeParts, embedded, partsOf } from './parts'

export interface StartOptions {
  /** Whether to end when the seeded rows have become facts. */
  readonly once: boolean
  readonly fresh: boolean
  /** Rows of each model. */
  readonly seed: number
  /** Whether to show rows and facts whole. */
  readonly full: boolean
  /** Whether facts are made of topics that something else fills. */
  readonly topics: boolean
  /** Whether to prepare a given database without asking. */
  readonly yes: boolean
  readonly stopped: Promise<StopReason>
  readonly onStackEvent: StackListener
  readonly print: (line: string) => void
}

/** How long the seeded rows may take to become facts. */
const FACTS_DEADLINE_MS = 90_000

/** Runs everything; resolves with the exit code. Stops what it has started, in the direction of the data flow. */
export async function startEverything(options: StartOptions): Promise<number> {
  const cleanup = new Cleanup()
  const interrupt = new AbortController()
  const interrupted = options.stopped.then((reason) => {
    interrupt.abort(new Error(reason))
    return 'interrupted' as const
  })
  try {
    const run = runAll(options, cleanup, interrupt.signal)
    run.catch(() => undefined)
    const outcome = await Promise.race([run, interrupted])
    if (outcome === 'interrupted') options.print('\nStopping ...')
    return outcome === 'interrupted' && options.once ? 130 : 0
  } finally {
    await cleanup.run()
  }
}

async function runAll(options: StartOptions, cleanup: Cleanup, signal: AbortSignal): Promise<void> {
  const { print, once, fresh, onStackEvent } = options
  const started = Date.now()
  const application = await loadApp()
  const say = (line: string): void => print(`  ${line}`)
  const settings = givenSettings({ folder: application.folder })
  const parts = partsOf(settings, options)
  print(pc.bold('What is given, and what is started here'))
  for (const line of describeParts(parts, settings)) print(line)
  for (const loss of application.losses) say(`The format loses something: ${loss}`)
  const given = configOf(application)
  await answering(given, parts)
  const database =
    parts.postgres === 'given' ? await readyDatabase({ ...options, config: given, say }) : undefined
  const password =
    database !== undefined && parts.connect === 'embedded'
      ? await passwordOfCapture(given)
      : undefined
  const captured = { slot: false }
  cleanup.add(() => {
    if (database !== undefined && captured.slot) print(whatStays(database))
    return Promise.resolve()
  })

  const services = embedded(parts)
  if (services.length > 0) print(pc.bold('Starting the stack'))
  const stack = await cleanup.own(
    startStack({
      application: application.name,
      services,
      ...(parts.kafka === 'given' ? { kafka: given.kafka } : {}),
      ...(password === undefined ? {} : { capturePassword: password }),
      fresh,
      signal,
      onEvent: onStackEvent,
    }),
    (it) => it.stop(),
  )
  const endpoints = {
    ...stack.endpoints,
    ...(database === undefined || settings['connector']?.['databaseHost'] !== undefined
      ? {}
      : { connector: { databaseHost: database.host, databasePort: database.port } }),
  }
  const config = configOf(application, { flags: endpoints })
  const topology = factsTopology(config)

  print(pc.bold('Preparing'))
  // A given database is not this program's to change.
  if (parts.postgres === 'embedded') await runIfDeclared(['migrate'], config, print)
  await provision(config, say)
  if (!options.topics) {
    await registerConnector({ config, declared: declaredTables(config), onProgress: say })
    captured.slot = true
    cleanup.add(keepConnectorRunning(config, print))
  }

  const logger = createLogger({ ...config.log, file: `${stack.home}/logs/pipeline.log` })
  const metrics = new Metrics().withProcessMetrics()
  const { app, log } = streamApp({ config, topology, logger, metrics })
  cleanup.add(() => log.close())
  const seeds = parts.postgres === 'embedded' && 'seed' in application.commands
  const arrivals = new Arrivals()
  const watching = watcher({
    config,
    log,
    print,
    onPair: (pair) => arrivals.add(pair),
    style: options.full ? 'full' : 'fields',
    hidesSnapshot: database !== undefined,
  })
  await cleanup.own(watching.start('latest'), () => watching.stop())
  await cleanup.own(app.start(), () => app.stop())
  const capture = captureWatchOf(log, { config, topology, logger, metrics })
  capture.start()
  cleanup.add(() => {
    capture.stop()
    return Promise.resolve()
  })
  const feedMetrics = new FeedMetrics()
  const feed = await cleanup.own(
    onFreePort(config.feed.port, (port) =>
      feedServer({
        config: { ...config, feed: { ...config.feed, port, drainMs: 0 } },
        logger,
        metrics: feedMetrics,
      }),
    ),
    (it) => it.stop(),
  )
  const health = await onFreePort(config.http.port, (port) =>
    startHealthServer({
      host: config.http.host,
      port,
      hosts: config.feed.hosts,
      metrics: async () =>
        (await Promise.all([metrics.registry.metrics(), feedMetrics.registry.metrics()])).join(''),
      ready: () => app.ready && capture.findings().length === 0,
      status: () => ({
        state: app.state,
        partitions: app.partitions,
        capture: capture.findings(),
      }),
    }),
  )
  cleanup.add(() => health.close())
  // The ports differ from the configured ones when other processes use those; doctor reads them here.
  writeJsonFile(stackHome(stack.home).endpoints, {
    ...endpoints,
    http: { host: config.http.host, port: Number(new URL(health.url).port) },
    feed: { host: config.feed.host, port: Number(new URL(feed.url).port) },
  })

  print(pc.bold('Changes and the facts they became'))
  const seeded = seeds ? await seed(options, config, topology) : 0
  const late = await arrived(arrivals.of(seeded), stack, app.failed)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  const outcome =
    seeded > 0
      ? `${arrivals.seen} facts of ${seeded} seeded rows seen, ${seconds} s after the start.`
      : `Everything runs, ${seconds} s after the start.`
  if (late && once) throw new FactsError('TIMED_OUT', arrivals.missing(stack.home))
  print(late ? `\n${pc.yellow(arrivals.missing(stack.home))}` : `\n${pc.green(outcome)}`)
  if (database !== undefined) {
    print(`The rows of ${database.name} are in the feed; what changes from now on is shown here.`)
  }
  if (once) return
  print(nextSteps(config, { health: health.url, feed: feed.url }))
  const failure = await Promise.race([stack.failure, app.failed, feed.failed])
  throw failure
}

/** What a given database keeps for the next start. */
const whatStays = ({ name, slot }: GivenDatabase): string =>
  `The replication slot ${slot} of ${name} keeps what changes from now on, for the next start. If there is none, drop it, or its disk fills up: SELECT pg_drop_replication_slot('${slot}');`

/** Does what `facts supervise` does, in this process; returns the function that stops it. */
function keepConnectorRunning(
  config: AppConfig,
  print: (line: string) => void,
): () => Promise<void> {
  const ending = new AbortController()
  const connector = readConnectorFile(connectorFile(config.app), config)
  const client = connectClient(config.connect)
  const over = supervise({
    client,
    name: connector.name,
    signal: ending.signal,
    say: (line) => {
      if (!line.endsWith(' runs')) print(line)
    },
    lost: () => slotLoss(client, connector, config),
    refresh: () =>
      refreshConnector({ client, connector, config, declared: declaredTables(config) }),
  }).catch((error: unknown) => print(describeError(error)))
  return () => {
    ending.abort()
    return over
  }
}

/** On the usual port, or on a free one when another process has it. */
async function onFreePort<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(port)
  } catch (error) {
    if (!(error instanceof FactsError) || error.code !== 'PORT_TAKEN') throw error
    return start(0)
  }
}

/** Runs the command, and returns how many rows it has left in the tables of facts; names those that it left alone. */
async function seed(
  { seed: rows, print }: StartOptions,
  config: AppConfig,
  { sources }: Topology,
): Promise<number> {
  const topics = sources.map(({ topic }) => topic)
  const before = await countRows(config.database.url, topics)
  await runIfDeclared(['seed', `--number=${rows}`], config, print)
  const after = await countRows(config.database.url, topics)
  const added = topics.map((topic) => (after.get(topic) ?? 0) - (before.get(topic) ?? 0))
  const alone = topics.filter((_, index) => (added[index] ?? 0) <= 0)
  if (alone.length > 0) {
    const names = alone.map(capturedTopic).map(({ schema, table }) => `${schema}.${table}`)
    print(`  No row was seeded into ${names.join(', ')}: what you insert there is shown here.`)
  }
  return added.reduce((sum, rowsOfTable) => sum + Math.max(0, rowsOfTable), 0)
}

/** Waits for the facts of the seeded rows; whether they are late. */
async function arrived(
  all: Promise<unknown>,
  stack: Stack,
  failed: Promise<never>,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), FACTS_DEADLINE_MS)
  })
  const broken = stack.failure.then((error) => Promise.reject(error))
  try {
    return await Promise.race([all.then(() => false), late, failed, broken])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs a command of the application, if it has that. */
async function runIfDeclared(
  args: readonly string[],
  config: AppConfig,
  print: (line: string) => void,
): Promise<void> {
  if (!Object.hasOwn(config.app.commands, args[0] ?? '')) return
  const code = await runAppCommand(args, config, { onLine: (line) => print(`  ${line}`) })
  if (code !== 0) {
    throw new FactsError(
      'SERVICE_FAILED',
      `The application's "${args.join(' ')}" ended with exit code ${code}; the lines above say why.`,
    )
  }
}
