import { DatabaseUrlSchema } from '../../config/database-config'
import { FactsError } from '../../errors'
import { readDatabase } from '../../introspect/read-database'
import type { DatabaseModel } from '../../introspect/database-model'
import { goneNames, lockChanges } from '../../pull/changes'
import type { Refusal } from '../../pull/capturable'
import type { Lock } from '../../pull/lock'
import { makePlan, namesOf } from '../../pull/make-plan'
import { camelName, kebabName } from '../../pull/names'
import type { Plan } from '../../pull/plan'
import { tableFiles } from '../../pull/render/files'
import type { AppFile } from '../../pull/render/files'
import { onSource } from '../../source/inspect-source'
import type { FileChange } from './app-folder'
import { fileChanges, messageCode, textOf } from './app-folder'
import { joinHints, usesOfGone } from './uses'

export interface PullResult {
  readonly plan: Plan
  readonly changes: readonly FileChange[]
  /** What the changes mean: fields that came, went or became others. */
  readonly said: readonly string[]
  /** What has to be done by hand. */
  readonly todo: readonly string[]
}

/** What a database has. Throws CONFIG_INVALID for what is no address of one, and DATABASE_UNAVAILABLE. */
export async function readSource(url: string, app: string): Promise<DatabaseModel> {
  const { publication, role } = namesOf(app)
  const { error } = DatabaseUrlSchema.safeParse(url)
  if (error !== undefined) {
    throw new FactsError(
      'CONFIG_INVALID',
      `That is no address of a database: ${error.issues.map(({ message }) => message).join('; ')}.`,
    )
  }
  return onSource(url, (client) => readDatabase(client, { publication, role }))
}

export interface PullOptions {
  readonly folder: string
  /** As it was, and with what this call asks for. */
  readonly before: Lock
  readonly lock: Lock
  readonly join: readonly string[]
  /** Files that a new application gets besides those of its tables. */
  readonly project?: (plan: Plan) => readonly AppFile[]
}

/** What a pull would change. Writes nothing. Throws CONFIG_INVALID when there is no table to make facts of. */
export async function pullApp(
  database: DatabaseModel,
  { folder, before, lock, join, project = () => [] }: PullOptions,
): Promise<PullResult> {
  const plan = makePlan(database, lock, { join })
  if (!Object.values(plan.lock.known).some(({ fact }) => fact)) {
    throw new FactsError(
      'CONFIG_INVALID',
      `No table of ${database.name} that matches ${lock.tables.join(', ')} can become facts.${list(plan.left)}`,
    )
  }
  const files = [...tableFiles(plan), ...project(plan)].filter((file) => isWritten(file, before))
  const changes = [...fileChanges(folder, files), ...obsolete(folder, plan, files)]
  const code = await messageCode(folder, changes)
  const gone = goneNames(before, plan.lock, camelName)
  return {
    plan,
    changes: [...changes, ...fileChanges(folder, code)],
    said: lockChanges(before, plan.lock),
    todo: [
      ...usesOfGone(folder, plan.lock, gone),
      ...joinHints(before, plan.lock),
      ...plan.missing.map(
        (id) =>
          `${id} is not in the database any more, or cannot be captured: its files were left. Take it out: facts pull --without ${id}`,
      ),
    ],
  }
}

/** A test that was deleted does not return; a fact that is missing does, because others import it. */
function isWritten({ path, kind }: AppFile, before: Lock): boolean {
  if (kind === 'generated' || !path.startsWith('test/')) return true
  return !Object.values(before.known).some(
    ({ fact, name }) => fact && path === `test/${kebabName(name)}.test.ts`,
  )
}

/** Generated files of tables that are no longer declared, or of which no facts are made any more. */
function obsolete(folder: string, plan: Plan, files: readonly AppFile[]): readonly FileChange[] {
  const wanted = new Set(files.map(({ path }) => path))
  const kept = new Set(plan.missing)
  return Object.entries(plan.lock.known)
    .filter(([id]) => !kept.has(id))
    .flatMap(([, { name }]) => [
      `tables/${kebabName(name)}.ts`,
      `proto/${plan.app.package}/${name}/v1/${name}.proto`,
    ])
    .filter((path) => !wanted.has(path) && textOf(folder, path) !== undefined)
    .map((path) => ({ path, what: 'remove', text: '' }))
}

/** What was left out, and why. */
export function leftLines(plan: Plan): readonly string[] {
  return [...plan.left, ...plan.tables.flatMap(({ left }) => left)].map(refusalLine)
}

const refusalLine = ({ where, why, remedy }: Refusal): string =>
  `${where} ${why}.${remedy === undefined ? '' : ` → ${remedy}`}`

const list = (left: readonly Refusal[]): string =>
  left.map((refusal) => `\n  ${refusalLine(refusal)}`).join('')
