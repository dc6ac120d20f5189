import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Client } from 'pg'
import { FactsError } from '../../errors'
import type { PostgresBinaries } from './postgres-binaries'
import { give, postgresUser } from './postgres-user'
import type { PostgresUser } from './postgres-user'
import type { ServiceSpec } from './service'
import type { StackHome } from './stack-home'

export interface PostgresOptions {
  readonly home: StackHome
  readonly binaries: PostgresBinaries
  readonly port: number
  readonly path: string
  /** Name and password of the application's role, and name of its database, which a real application brings along. */
  readonly application: string
  /** Server settings over the stack's own, for tests of other servers. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface PostgresServer extends ServiceSpec {
  readonly url: string
  readonly superuserUrl: string
  /** Makes the application's role and database when they are missing; call when ready. */
  readonly prepare: () => Promise<void>
}

/**
 * Rejects physical replication, which would copy every file, the hashes of all passwords among them: the connector's role has
 * REPLICATION, and needs logical decoding only, which is a connection to a database.
 */
const WHO_MAY_CONNECT = `host  replication  all  all           reject
host  all          all  127.0.0.1/32  scram-sha-256
`

/** Initialises the data folder when there is none and says how to run the server. Throws FactsError SERVICE_FAILED. */
export async function postgresServer(options: PostgresOptions): Promise<PostgresServer> {
  const { home, binaries, port, application } = options
  const data = join(home.postgres, 'data')
  mkdirSync(home.postgres, { recursive: true })
  const user = postgresUser([binaries.postgres, home.postgres], options.path)
  const password = superuserPassword(home, user)
  const env = { PATH: options.path, LC_ALL: 'C', TZ: 'UTC' }
  if (!existsSync(data)) await initialise(options, user, data, env)
  const hba = join(home.postgres, 'pg_hba.conf')
  writeFileSync(hba, WHO_MAY_CONNECT, { mode: 0o600 })
  give(user, hba)
  const settings: Readonly<Record<string, string>> = {
    hba_file: hba,
    listen_addresses: '127.0.0.1',
    port: String(port),
    // TCP only: the path of a socket file may be longer than the system allows.
    unix_socket_directories: '',
    wal_level: 'logical',
    max_wal_senders: '10',
    max_replication_slots: '10',
    // An unused slot must not fill the disk: past this limit it is lost, which the connector and doctor report.
    max_slot_wal_keep_size: '8GB',
    shared_buffers: '64MB',
    max_connections: '60',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...options.settings,
  }
  const superuserUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return {
    name: 'postgres',
    ...user.run(binaries.postgres, ['-D', data, ...flags]),
    env,
    cwd: home.postgres,
    isReady: () => withClient(superuserUrl, () => Promise.resolve(true)),
    // Fast shutdown: sessions are ended, everything is written.
    stopSignal: 'SIGINT',
    stopTimeout: 4_000,
    url: `postgres://${application}:${application}@127.0.0.1:${port}/${application}`,
    superuserUrl,
    prepare: () => withClient(superuserUrl, (client) => prepare(client, application)),
  }
}

/** Into a folder beside, renamed when complete: an interrupted first start leaves nothing that looks like data. */
async function initialise(
  { home, binaries }: PostgresOptions,
  user: PostgresUser,
  data: string,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const aside = `${data}.part`
  rmSync(aside, { recursive: true, force: true })
  give(user, home.postgres)
  const { command, args, ...ids } = user.run(binaries.initdb, [
    `--pgdata=${aside}`,
    '--username=postgres',
    `--pwfile=${passwordFile(home)}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ])
  try {
    await promisify(execFile)(command, [...args], {
      env,
      cwd: home.postgres,
      timeout: 60_000,
      ...ids,
    })
  } catch (cause) {
    rmSync(aside, { recursive: true, force: true })
    const { stderr = '', message } = cause as Error & { readonly stderr?: string }
    throw new FactsError(
      'SERVICE_FAILED',
      `Could not initialise PostgreSQL in ${home.postgres}: ${stderr.trim() || message}`,
      { cause },
    )
  }
  await rename(aside, data)
}

const passwordFile = (home: StackHome): string => join(home.postgres, 'superuser.password')

function superuserPassword(home: StackHome, user: PostgresUser): string {
  const file = passwordFile(home)
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(18).toString('hex')}\n`, { mode: 0o600 })
    give(user, home.postgres)
  }
  return readFileSync(file, 'utf8').trim()
}

/** The role may make the `cdc` role, as a migration does; since PostgreSQL 16 it must have what it gives: REPLICATION. */
async function prepare(client: Client, application: string): Promise<void> {
  const has = async (sql: string, name: string): Promise<boolean> =>
    (await client.query(sql, [name])).rowCount === 1
  const name = client.escapeIdentifier(application)
  if (!(await has('SELECT FROM pg_roles WHERE rolname = $1', application))) {
    const secret = client.escapeLiteral(application)
    await client.query(
      `CREATE ROLE ${name} LOGIN CREATEROLE CREATEDB REPLICATION PASSWORD ${secret}`,
    )
  }
  if (!(await has('SELECT FROM pg_database WHERE datname = $1', application))) {
    await client.query(`CREATE DATABASE ${name} OWNER ${name}`)
  }
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  // A lost connection is reported by the query that fails.
  client.on('error', () => undefined)
  try {
    await client.connect()
    return await work(client)
  } finally {
    await client.end().catch(() => undefined)
  }
}
