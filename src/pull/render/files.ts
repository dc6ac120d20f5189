import { importCode } from '../code'
import { lockText, LOCK_FILE } from '../lock'
import type { Plan } from '../plan'
import { factFile, testFile } from './fact'
import { HANDS_OFF } from './hands-off'
import { camelName, kebabName } from '../names'
import { prepareSql } from './prepare'
import { protoFile } from './proto'
import { tableFile } from './table'

/** A file of the application, by its path with `/`. */
export interface AppFile {
  readonly path: string
  readonly text: string
  /** `generated`: every pull writes it. `own`: written when it is missing, and never changed. */
  readonly kind: 'generated' | 'own'
}

/** The files that follow from the tables; those of the project are made by `projectFiles`. */
export function tableFiles(plan: Plan): readonly AppFile[] {
  const { app, tables, lock } = plan
  const generated = (path: string, text: string): AppFile => ({ path, text, kind: 'generated' })
  const own = (path: string, text: string): AppFile => ({ path, text, kind: 'own' })
  return [
    ...tables.flatMap((table): readonly AppFile[] => [
      generated(`tables/${table.file}.ts`, tableFile(plan, table)),
      ...(table.isFact
        ? [
            generated(
              `proto/${app.package}/${table.name}/v1/${table.name}.proto`,
              protoFile(app, table),
            ),
            own(`facts/${table.file}.ts`, factFile(app, table)),
            own(`test/${table.file}.test.ts`, testFile(app, table)),
          ]
        : []),
    ]),
    generated('facts/index.ts', indexFile(plan)),
    generated('sql/prepare.sql', prepareSql(app, tables)),
    generated(LOCK_FILE, lockText(lock)),
  ]
}

function indexFile({ lock }: Plan): string {
  const names = Object.values(lock.known)
    .filter(({ fact }) => fact)
    .map(({ name }) => name)
    .sort()
  return [
    `// ${HANDS_OFF}`,
    importCode('type { Fact }', 'pgfacts'),
    ...names.map((name) => importCode(`{ ${camelName(name)}Fact }`, `./${kebabName(name)}`)),
    '',
    '/** The facts of the tables that were pulled. Add your own in facts.config.ts. */',
    `export const pulledFacts: readonly Fact[] = [`,
    ...names.map((name) => `  ${camelName(name)}Fact,`),
    ']',
    '',
  ].join('\n')
}
