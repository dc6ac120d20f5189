import type { Sections } from '../../config/config'
import { FactsError } from '../../errors'
import type { ServiceName } from '../../dev-stack/service/stack-event'
import { isLoopback } from '../../served-hosts'

/** A part of the line, and where it comes from: its address is given, it is started on this machine, or nothing uses it. */
export type PartName = 'postgres' | 'kafka' | 'connect' | 'registry'
export type Origin = 'given' | 'embedded' | 'unused'
export type Parts = Readonly<Record<PartName, Origin>>

/** The key that gives a part. A default, which every configuration has, does not. */
const KEYS = {
  postgres: ['database', 'url'],
  kafka: ['kafka', 'brokers'],
  connect: ['connect', 'url'],
  registry: ['registry', 'url'],
} as const satisfies Readonly<Record<PartName, readonly [section: string, key: string]>>

const NAMES: Readonly<Record<PartName, string>> = {
  postgres: 'PostgreSQL',
  kafka: 'Kafka',
  connect: 'Connect',
  registry: 'Registry',
}

export interface PartsOptions {
  /** Facts are made of topics that something else fills. */
  readonly topics: boolean
}

/** Decides by what was set on purpose. Throws CONFIG_INVALID for parts that cannot work together. */
export function partsOf(settings: Sections, { topics }: PartsOptions): Parts {
  const is = (name: PartName): Origin => {
    const [section, key] = KEYS[name]
    return settings[section]?.[key] === undefined ? 'embedded' : 'given'
  }
  const unused = (name: PartName): Origin => (topics ? 'unused' : is(name))
  const parts: Parts = {
    postgres: unused('postgres'),
    kafka: is('kafka'),
    connect: unused('connect'),
    registry: is('registry'),
  }
  for (const name of ['kafka', 'connect', 'registry'] as const) refuseHalf(name, parts, settings)
  if (topics && parts.kafka === 'embedded') {
    throw invalid(
      '--topics reads topics that something else fills, so it needs your Kafka: set kafka.brokers / FACTS_KAFKA_BROKERS.',
    )
  }
  if (parts.connect === 'given') refuseConnect(parts, settings)
  return parts
}

/** Users and certificates of a part that would be started here mean that its address was forgotten. */
function refuseHalf(name: PartName, parts: Parts, settings: Sections): void {
  const [section, key] = KEYS[name]
  const [other] = Object.keys(settings[section] ?? {})
  if (parts[name] !== 'embedded' || other === undefined) return
  throw invalid(
    `${section}.${other} is set, but ${section}.${key} is not, so the start would run its own. Set ${section}.${key}, or take ${section}.${other} out.`,
  )
}

function refuseConnect(parts: Parts, settings: Sections): void {
  const url = String(settings['connect']?.['url'])
  if (parts.kafka === 'embedded') {
    throw invalid(
      `connect.url is set, and Kafka Connect at ${placeOf(url)} writes to its own Kafka, not to one that is started here. Set kafka.brokers / FACTS_KAFKA_BROKERS to it, or take connect.url out to run Kafka Connect here.`,
    )
  }
  if (isHere(url)) return
  if (parts.postgres === 'embedded') {
    throw invalid(
      `Kafka Connect at ${placeOf(url)} cannot reach a PostgreSQL that is started here. Set database.url / FACTS_DATABASE_URL, or take connect.url out to run Kafka Connect here.`,
    )
  }
  const database = String(settings['database']?.['url'])
  if (isHere(database) && settings['connector']?.['databaseHost'] === undefined) {
    throw invalid(
      `Kafka Connect at ${placeOf(url)} cannot reach the database at ${placeOf(database)}. Set connector.databaseHost / FACTS_CONNECTOR_DATABASE_HOST to the name that the database has there, or take connect.url out to run Kafka Connect here.`,
    )
  }
}

/** The services that are to be started. */
export function embedded(parts: Parts): readonly (ServiceName & PartName)[] {
  const names = Object.keys(parts) as readonly PartName[]
  return names.filter((name) => parts[name] === 'embedded')
}

/** One line for each part; where the embedded ones listen is known when they are ready. */
export function describeParts(parts: Parts, settings: Sections): readonly string[] {
  return (Object.keys(parts) as readonly PartName[]).map((name) => {
    const [section, key] = KEYS[name]
    const value = settings[section]?.[key]
    const place = parts[name] === 'given' ? [value].flat().map(String).map(placeOf).join(', ') : ''
    return `  ${NAMES[name].padEnd(11)}${parts[name].padEnd(10)}${place}`.trimEnd()
  })
}

/** Without user, password and parameters. Kafka's brokers are no URLs. */
function placeOf(address: string): string {
  if (!URL.canParse(address) || !address.includes('://')) return address
  const { protocol, host, pathname } = new URL(address)
  if (!protocol.startsWith('postgres')) return `${protocol}//${host}${pathname}`.replace(/\/$/, '')
  return `${host}${pathname}`
}

/** An address that is malformed is refused with the rest of the configuration. */
function isHere(url: string): boolean {
  return !URL.canParse(url) || isLoopback(new URL(url).hostname)
}

const invalid = (what: string): FactsError => new FactsError('CONFIG_INVALID', what)
