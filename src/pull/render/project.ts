import { importCode, literal } from '../code'
import type { AppNames, Plan } from '../plan'
import type { ConnectorTemplate } from './connector'
import { connectorFile } from './connector'
import type { AppFile } from './files'
import { factName } from './fact'

export interface ProjectOptions {
  readonly connector: ConnectorTemplate
  /** Version of this package that the application is made for, as npm names it: "^1.0.0", "file:..." */
  readonly dependency: string
}

/** The files of a new application that do not follow from its tables: written once, its own from then on. */
export function projectFiles(plan: Plan, options: ProjectOptions): readonly AppFile[] {
  const { app } = plan
  const own = (path: string, text: string): AppFile => ({ path, text, kind: 'own' })
  return [
    own('facts.config.ts', configFile(app)),
    own(`connectors/${app.name}.json`, connectorFile(options.connector, app)),
    own('package.json', packageFile(app, options.dependency)),
    own('tsconfig.json', TSCONFIG),
    own('buf.yaml', BUF),
    own('.gitignore', IGNORED),
    own('test/run.ts', RUN_TESTS),
    own('README.md', readme(plan)),
  ]
}

function configFile({ name }: AppNames): string {
  return [
    importCode('{ defineApp }', 'pgfacts'),
    importCode('{ pulledFacts }', './facts'),
    importCode('{ schemas }', './gen/schemas'),
    '',
    'export default defineApp({',
    `  name: ${literal(name)},`,
    '  facts: [...pulledFacts],',
    '  schemas,',
    '})',
    '',
  ].join('\n')
}

function packageFile({ name }: AppNames, dependency: string): string {
  const content = {
    name,
    private: true,
    type: 'commonjs',
    scripts: {
      test: 'tsx test/run.ts',
      check: 'tsc',
      pull: 'facts pull',
      start: 'facts start',
    },
    dependencies: { pgfacts: dependency },
    devDependencies: { '@types/node': '^20.19.0', tsx: '^4.20.0', typescript: '^5.9.0 || ^6.0.0' },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023'],
      module: 'nodenext',
      moduleResolution: 'nodenext',
      types: ['node'],
      strict: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
      isolatedModules: true,
      noEmit: true,
    },
    include: ['facts.config.ts', 'facts', 'tables', 'gen', 'test'],
  },
  null,
  2,
)}\n`

/** Fields may go when their numbers and names stay reserved, as a pull does it. */
const BUF = `version: v2
modules:
  - path: proto
lint:
  use: [STANDARD]
breaking:
  use: [WIRE_JSON]
`

const IGNORED = `node_modules/
.facts/
# The address of the database, with its password; the password of the role that reads its changes.
facts.yaml
cdc.password
`

/** All in one process: a process for each file would take most of the time. */
const RUN_TESTS = [
  importCode('{ readdirSync }', 'node:fs'),
  importCode('{ join }', 'node:path'),
  '',
  '/** Runs every test of this folder: npm test. */',
  "for (const file of readdirSync(__dirname)) if (file.endsWith('.test.ts')) require(join(__dirname, file))",
  '',
].join('\n')

function readme(plan: Plan): string {
  const { app, tables } = plan
  const facts = tables.filter(({ isFact }) => isFact)
  const rows = facts.map(
    (table) => `| ${table.id} | \`${factName(app, table)}\` | facts/${table.file}.ts |`,
  )
  return `# ${app.name}

Changes of the rows of PostgreSQL tables as typed facts, made by \`facts init\`.

    npm install
    npm test                   the tests of the facts, without a database
    npm run check              the compiler
    npx facts prepare          what the database needs, and the SQL; --apply runs it
    npx facts start            the line on this machine
    npx facts pull             after the tables have changed; --check in CI

| table | fact | mapping |
| --- | --- | --- |
${rows.join('\n')}

Yours: \`facts/\`, \`test/\`, \`facts.config.ts\`, \`connectors/\`. Written by every pull: \`tables/\`, \`proto/\`, \`gen/\`,
\`sql/prepare.sql\`, \`facts/index.ts\`, and \`facts.lock.json\`, which keeps the numbers of the fields: commit it.
The address of the database is in \`facts.yaml\`, which is not committed; or set FACTS_DATABASE_URL.
`
}
