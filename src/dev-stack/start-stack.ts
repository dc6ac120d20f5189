import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { factsHome, stackSettings } from '../config/config'
import type { KafkaConfig } from '../config/kafka-config'
import { privateFolder, privateTree } from '../lmdb/private-folder'
import { FactsError } from '../errors'
import { ensureArtifacts, artifactCacheFolder } from './artifacts/artifact-cache'
import type { ArtifactFolders } from './artifacts/artifact-cache'
import { artifactLock } from './artifacts/artifact-lock'
import type { ArtifactGroupName } from './artifacts/artifact-lock'
import { connectServer } from './service/connect'
import { tryLock } from './process/file-lock'
import { readJsonFile, writeJsonFile } from './process/json-file'
import type { KafkaNode } from './service/kafka'
import { clusterIdOf, kafkaServer, nodeFolder } from './service/kafka'
import { KAFKA_NODES } from './ports/kafka-nodes'
import { examineMachine, requireMachine } from './machine/machine'
import { PortReservations } from './ports/port-reservations'
import { choosePorts, USUAL_PORTS } from './ports/ports'
import type { ChoosePortsOptions, PortName, Ports } from './ports/ports'
import { postgresServer } from './service/postgres'
import type { PostgresBinaries } from './service/postgres-binaries'
import { postgresBinaries } from './service/postgres-binaries'
import { registryServer } from './service/registry'
import { endLeftovers, readRunRecord, removeRunRecord } from './run-record'
import { ServiceSet } from './service-set'
import type { Stack, StackEndpoints, StackOptions } from './stack'
import { SERVICES } from './service/stack-event'
import type { ServiceName } from './service/stack-event'
import { stackHome } from './service/stack-home'
import type { StackHome } from './service/stack-home'

/**
 * Starts the local stack and writes its endpoints where the configuration finds them. Resolves when every service is
 * ready. Throws FactsError STACK_RUNNING, PREREQUISITE_MISSING, DOWNLOAD_FAILED, CHECKSUM_MISMATCH, PORT_TAKEN or
 * SERVICE_FAILED; nothing is left running then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const usualHome = factsHome()
  const home = stackHome(resolve(options.home ?? usualHome))
  // For what the services write: their data, and ours that they hold, are this user's alone. They inherit it.
  process.umask(0o077)
  privateTree(privateFolder(home.root))
  const lock = tryLock(home.lock)
  if (!('release' in lock)) throw running(home, lock.pid)
  const set = new ServiceSet(home, options, undefined, lock.isHeld)
  const reservations = new PortReservations()
  const close = async (): Promise<void> => {
    await set.stop()
    reservations.release()
    await rm(home.endpoints, { force: true })
    lock.release()
  }
  try {
    await clear(home, options)
    const names = wanted(options)
    const plan = await prepare(home, names, options)
    const usual = home.root === usualHome ? USUAL_PORTS : {}
    const ports = await portsFor(home, names, options, { usual, reservations })
    const { endpoints, superuserUrl } = await startAll(
      set,
      { home, names, ports, ...plan },
      options,
    )
    writeJsonFile(home.endpoints, endpoints)
    let stopping: Promise<void> | undefined
    return {
      home: home.root,
      endpoints,
      superuserUrl,
      processes: set.processes,
      logs: set.logs,
      failure: set.failure,
      kill: (name) => set.kill(name),
      startAgain: (name) => set.startAgain(name),
      stop: () => (stopping ??= close()),
    }
  } catch (error) {
    await close()
    throw error
  }
}

function wanted({
  services = SERVICES,
  brokers = 1,
  kafka: given,
}: StackOptions): ReadonlySet<ServiceName> {
  const names = new Set(services)
  if (names.has('connect') && given === undefined) names.add('kafka')
  if (names.has('kafka') && brokers === 3) for (const { name } of KAFKA_NODES) names.add(name)
  return names
}

function kafkaNodes(names: ReadonlySet<ServiceName>, ports: Ports): readonly KafkaNode[] {
  return KAFKA_NODES.filter(({ name }) => names.has(name)).map((node) => ({
    ...node,
    port: ports[node.port],
    controllerPort: ports[node.controllerPort],
  }))
}

/** Ends what a killed run left, and with `fresh` removes the data; only what the stack made, never the home itself. */
async function clear(home: StackHome, { fresh = false, onEvent }: StackOptions): Promise<void> {
  const ended = await endLeftovers(readRunRecord(home.run))
  removeRunRecord(home.run)
  if (ended.length > 0) {
    onEvent?.({ type: 'note', text: `Ended what an earlier run had left: ${ended.join(', ')}` })
  }
  if (!fresh) return
  const kafka = KAFKA_NODES.map((node) => nodeFolder(home, node))
  for (const folder of [home.postgres, ...kafka, home.registry, home.connect, home.logs]) {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Plan {
  readonly home: StackHome
  readonly names: ReadonlySet<ServiceName>
  readonly ports: Ports
  readonly java: string
  readonly folders: ArtifactFolders
  readonly path: string
  /** Undefined without postgres. */
  readonly binaries: PostgresBinaries | undefined
}

async function prepare(
  home: StackHome,
  names: ReadonlySet<ServiceName>,
  options: StackOptions,
): Promise<Pick<Plan, 'java' | 'folders' | 'path' | 'binaries'>> {
  const settings = stackSettings()
  const cache = artifactCacheFolder(settings.cache)
  const needsJava = [...names].some((name) => name !== 'postgres')
  const machine = await examineMachine({ settings, home: home.root, cache, needsJava })
  requireMachine(machine)
  // Before the downloads, which take longest.
  const binaries = names.has('postgres') ? await postgresBinaries(cache) : undefined
  const groups: ArtifactGroupName[] = []
  // Kafka Connect is among Kafka's programs.
  if (names.has('kafka') || names.has('connect')) groups.push('kafka')
  if (names.has('connect')) groups.push('debezium')
  if (names.has('registry')) groups.push('registry')
  const folders = await ensureArtifacts({
    lock: artifactLock(),
    cache: settings.cache,
    repository: settings.mavenRepository,
    groups,
    onEvent: options.onEvent,
    signal: options.signal,
  })
  return { java: machine.java?.command ?? '', folders, path: settings.path, binaries }
}

/** Those of the last run when they are free, so that a reader's open connection settings stay right. */
async function portsFor(
  home: StackHome,
  names: ReadonlySet<ServiceName>,
  { ports: asked = {} }: StackOptions,
  choice: Pick<ChoosePortsOptions, 'usual' | 'reservations'>,
): Promise<Ports> {
  const known = readJsonFile(home.ports)
  const previous = typeof known === 'object' && known !== null ? (known as Partial<Ports>) : {}
  const ports = await choosePorts({ ...choice, asked, previous, names: portNames(names) })
  writeJsonFile(home.ports, { ...previous, ...ports })
  return ports
}

function portNames(names: ReadonlySet<ServiceName>): readonly PortName[] {
  const others = (['postgres', 'registry', 'connect'] as const).filter((name) => names.has(name))
  const nodes = KAFKA_NODES.filter(({ name }) => names.has(name))
  return [...others, ...nodes.flatMap(({ port, controllerPort }) => [port, controllerPort])]
}

/** Postgres, registry and Kafka side by side; Connect as soon as Kafka is there. */
async function startAll(
  set: ServiceSet,
  { home, names, ports, java, folders, path, binaries }: Plan,
  options: StackOptions,
): Promise<{ readonly endpoints: StackEndpoints; readonly superuserUrl: string | undefined }> {
  const { settings = {}, tuning = 'start', application = 'facts', kafka: given } = options
  let endpoints: StackEndpoints = {}
  let superuserUrl: string | undefined
  const jvm = { home, java, path, tuning }
  const over = (name: 'postgres' | 'kafka' | 'connect'): { settings?: Record<string, string> } => {
    const own = settings[name]
    return own === undefined ? {} : { settings: { ...own } }
  }
  const postgres = async (binaries: PostgresBinaries): Promise<void> => {
    const { postgres: port } = ports
    const server = await postgresServer({
      home,
      binaries,
      port,
      path,
      application,
      ...over('postgres'),
    })
    await set.start(server, `127.0.0.1:${port}`)
    await server.prepare()
    superuserUrl = server.superuserUrl
    const connector = { databaseHost: '127.0.0.1', databasePort: port }
    endpoints = { ...endpoints, database: { url: server.url }, connector }
  }
  const kafka = async (): Promise<void> => {
    const nodes = kafkaNodes(names, ports)
    const libs = folders.kafka
    const common = { ...jvm, libs, nodes, clusterId: clusterIdOf(home), ...over('kafka') }
    // Side by side: none is ready before a majority is there.
    await set.all(
      nodes.map((node) => async () => {
        await set.start(await kafkaServer({ ...common, node }), `127.0.0.1:${node.port}`)
      }),
    )
    const brokers = nodes.map(({ port }) => `127.0.0.1:${port}`)
    endpoints = { ...endpoints, kafka: { brokers } }
    if (names.has('connect') && given === undefined) await connect({ brokers })
  }
  const connect = async (kafka: KafkaConfig): Promise<void> => {
    const worker = connectServer({
      ...jvm,
      libs: folders.kafka,
      kafka,
      application: given === undefined ? undefined : application,
      capturePassword: options.capturePassword,
      ...over('connect'),
      plugin: folders.debezium,
      port: ports.connect,
    })
    await set.start(worker, worker.url)
    endpoints = { ...endpoints, connect: { url: worker.url } }
  }
  const registry = async (): Promise<void> => {
    const { registry: port } = ports
    const server = registryServer({ ...jvm, folder: folders.registry, port })
    await set.start(server, server.url)
    endpoints = { ...endpoints, registry: { url: server.url } }
  }
  await set.all([
    ...(binaries === undefined ? [] : [() => postgres(binaries)]),
    ...(names.has('kafka') ? [kafka] : []),
    ...(given !== undefined && names.has('connect') ? [() => connect(given)] : []),
    ...(names.has('registry') ? [registry] : []),
  ])
  return { endpoints, superuserUrl }
}

function running(home: StackHome, pid: number): FactsError {
  return new FactsError(
    'STACK_RUNNING',
    `A stack is already running on ${home.root}, in process ${pid}. Use it as it is, end it with "facts stack stop", or set FACTS_HOME to another folder.`,
  )
}
