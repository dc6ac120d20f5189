import { execFileSync } from 'node:child_process'
import { chownSync, existsSync, readdirSync, statSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { FactsError } from '../../errors'

/** How to run a program as a user that PostgreSQL accepts. */
export interface PostgresUser {
  /** Owner of the data; undefined: the current user. */
  readonly owner: Ids | undefined
  readonly run: (command: string, args: readonly string[]) => Invocation
}

interface Ids {
  readonly uid: number
  readonly gid: number
}

/** For spawn: program, arguments, and the user to become. */
interface Invocation extends Partial<Ids> {
  readonly command: string
  readonly args: readonly string[]
}

/**
 * PostgreSQL refuses to run as root. As root, its processes become `postgres` or `nobody`; when one of `paths` lies
 * in a folder that others may not enter (such as root's home or a fresh temporary folder), setpriv lets them pass the
 * permissions of files and nothing else. Throws FactsError PREREQUISITE_MISSING when that cannot be had.
 */
export function postgresUser(paths: readonly string[], searchPath: string): PostgresUser {
  if (process.getuid?.() !== 0) {
    return { owner: undefined, run: (command, args) => ({ command, args }) }
  }
  const owner = unprivileged()
  const closed = paths.map(closedFolder).find((folder) => folder !== undefined)
  if (closed === undefined) return { owner, run: (command, args) => ({ command, args, ...owner }) }
  const setpriv = find('setpriv', searchPath)
  if (setpriv === undefined) {
    throw new FactsError(
      'PREREQUISITE_MISSING',
      `PostgreSQL does not run as root, and ${closed} may be entered by root only. Run the command as an ordinary user, move the project to a folder that others may enter, or install setpriv (package util-linux).`,
    )
  }
  const pass = [
    `--reuid=${owner.uid}`,
    `--regid=${owner.gid}`,
    '--clear-groups',
    // access(2) judges by the real user unless this bit keeps the capability; see capabilities(7).
    '--securebits=+no_setuid_fixup',
    ...['inh-caps', 'ambient-caps', 'bounding-set'].map((set) => `--${set}=-all,+dac_override`),
    '--',
  ]
  return {
    owner,
    run: (command, args) => ({ command: setpriv, args: [...pass, command, ...args] }),
  }
}

/** Gives the folder and all in it to the user that PostgreSQL runs as. */
export function give(user: PostgresUser, path: string): void {
  if (user.owner === undefined) return
  const { uid, gid } = user.owner
  chownSync(path, uid, gid)
  if (!statSync(path).isDirectory()) return
  for (const name of readdirSync(path)) give(user, join(path, name))
}

function unprivileged(): Ids {
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // Not on this machine.
    }
  }
  throw new FactsError(
    'PREREQUISITE_MISSING',
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody" to run it as. Run the command as an ordinary user.',
  )
}

/** The outermost folder of `path` that is not world-accessible. */
function closedFolder(path: string): string | undefined {
  const parent = dirname(path)
  const above = parent === path ? undefined : closedFolder(parent)
  if (above !== undefined) return above
  return existsSync(path) && (statSync(path).mode & 0o001) === 0 ? path : undefined
}

function find(program: string, searchPath: string): string | undefined {
  return [...searchPath.split(delimiter), '/usr/bin', '/bin', '/usr/sbin', '/sbin']
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))
}
