import { Problem } from './problem'

/** Settings of the monolith, from its environment only; it knows nothing of the pipeline's configuration. */
export interface Settings {
  /** DATABASE_URL: the application's database as its owner. */
  readonly databaseUrl: string
  /** ADMIN_DATABASE_URL: the same database as a role that may create roles, when the owner may not. */
  readonly adminDatabaseUrl: string | undefined
  /** CDC_PASSWORD: password of the capture role. */
  readonly cdcPassword: string | undefined
}

const LOCAL = 'postgres://wildapp:wildapp@localhost:5432/wildapp'

/** Reads the environment. Throws Problem for a value that is not a PostgreSQL URL; never repeats the value, it holds a password. */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  return {
    databaseUrl: postgresUrl('DATABASE_URL', env['DATABASE_URL'] ?? LOCAL),
    adminDatabaseUrl:
      env['ADMIN_DATABASE_URL'] === undefined
        ? undefined
        : postgresUrl('ADMIN_DATABASE_URL', env['ADMIN_DATABASE_URL']),
    cdcPassword: env['CDC_PASSWORD'],
  }
}

/** host:port/database of a URL, without user and password. */
export function placeOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname}:${port === '' ? '5432' : port}${pathname}`
}

/** Whether the database is on this machine, where a well-known password is acceptable. */
export function isLocal(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}

function postgresUrl(name: string, value: string): string {
  if (!/^postgres(ql)?:\/\//.test(value) || !URL.canParse(value)) {
    throw new Problem(`${name} is not of the form postgres://user:password@host:port/database.`)
  }
  return value
}
