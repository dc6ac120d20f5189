import { join } from 'node:path'
import ts from 'typescript'

/*
 * What must not compile: each snippet is compiled against the real sources, and one of them, the control, must pass.
 */
const root = join(__dirname, '../../..')

const PREAMBLE = `
import { defineFact } from '../../../src/fact/declare/define-fact'
import { factTopic } from '../../../src/fact/declare/fact-topic'
import { lookup } from '../../../src/fact/declare/lookup'
import type { facts } from '../../../src/gen/messages'
import type { MessageType } from '../../../src/protobuf/message/message-type'
import { secondaryTable } from '../../../src/wildapp/tables/secondary'
import { primaryTable } from '../../../src/wildapp/tables/primary'
import { tertiaryTable } from '../../../src/wildapp/tables/tertiary'
interface Note { readonly header: facts.v1.Header | null; readonly id: bigint; readonly text: string; readonly amount: string }
declare const Note: MessageType<Note>
`

const fact = (
  map: string,
  join = `{ secondary: lookup(secondaryTable, 'secondary_id') }`,
  key = `({ id }) => ({ id })`,
  more = '',
): string => `
defineFact({
  name: 'n', from: primaryTable, join: ${join}, ${more}
  key: ${key},
  map: ${map},
  to: factTopic('notes', Note),
})`

/** What the compiler has to say, besides that it refuses. */
const TEXTS: Readonly<Record<string, string>> = {
  'a column that the table does not have': `Property 'nothing' does not exist on type`,
  'a join that was not declared': `Property 'tertiary' does not exist on type`,
  'a column that the joined table does not have': `Property 'nothing' does not exist on type`,
  'a lookup by a column that does not exist':
    'Column \\"secondary_key\\", by which \\"secondary\\" is looked up, does not exist in the table.',
  'a lookup by a column of another type than the key':
    'Column \\"external_id\\" has another type than the key that \\"secondary\\" is looked up by.',
  'a nested lookup by a column of another type than the key':
    'Column \\"active\\" has another type than the key that \\"tertiary\\" is looked up by.',
  'a field of the message that is left out': `Property 'amount' is missing`,
  'a field that the message does not have': 'Field \\"txt\\" does not exist in the message.',
  'a field that the message does not have, by a spread':
    'Field \\"more\\" does not exist in the message.',
  'a field that the message does not have, in a variable':
    'Field \\"txt\\" does not exist in the message.',
  'a field of the key that the message does not have':
    'Field \\"number\\" does not exist in the message.',
  'an index of a field that the message does not have': `Did you mean '"text"'?`,
  'a policy for a column that the table does not have': `Did you mean to write 'notes'?`,
  'a misspelt column': `Did you mean 'title'?`,
  'a misspelt column of the key': `Property 'idd' does not exist on type`,
  'a misspelt join': `Property 'secondry' does not exist on type`,
  'a misspelt column of a lookup':
    'Column \\"secondry_id\\", by which \\"secondary\\" is looked up, does not exist in the table. Did you mean \\"secondary_id\\"?',
  'a misspelt column of a nested lookup': 'Did you mean \\"tertiary_id\\"?',
  'a column of a lookup, written as a field': 'Did you mean \\"secondary_id\\"?',
  'a misspelt field': 'Field \\"txt\\" does not exist in the message. Did you mean \\"text\\"?',
  'a misspelt field of the key':
    'Field \\"amont\\" does not exist in the message. Did you mean \\"amount\\"?',
}

const SNIPPETS: Readonly<Record<string, string>> = {
  control: fact(`({ row, secondary }) => ({ text: secondary?.name ?? '', amount: row.amount })`),
  'constant control': fact(`() => ({ text: '', amount: '' })`),
  'nested control': fact(
    `({ row, secondary }) => ({ text: secondary?.tertiary?.region ?? '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondary_id', { tertiary: lookup(tertiaryTable, 'tertiary_id') }) }`,
  ),
  'a column that the table does not have': fact(
    `({ row }) => ({ text: row.nothing, amount: row.amount })`,
  ),
  'a join that was not declared': fact(
    `({ row, tertiary }) => ({ text: String(tertiary), amount: row.amount })`,
  ),
  'a column that the joined table does not have': fact(
    `({ row, secondary }) => ({ text: secondary?.nothing ?? '', amount: row.amount })`,
  ),
  'a joined row that may be absent, used as if it were there': fact(
    `({ row, secondary }) => ({ text: secondary.code ?? '', amount: row.amount })`,
  ),
  'a lookup by a column that does not exist': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondary_key') }`,
  ),
  'a lookup by a column of another type than the key': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'external_id') }`,
  ),
  'a lookup by text, where the key is a number': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'title') }`,
  ),
  'a nested lookup by a column of another type than the key': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondary_id', { tertiary: lookup(tertiaryTable, 'active') }) }`,
  ),
  'a field of the message that is left out': fact(`() => ({ text: '' })`),
  'a field of another type': fact(`({ row }) => ({ text: '', amount: row.quantity })`),
  'a field that the message does not have': fact(
    `({ row }) => ({ text: '', amount: row.amount, txt: '' })`,
  ),
  'a field that the message does not have, by a spread': fact(
    `({ row }) => ({ text: '', amount: row.amount, ...{ more: 1 } })`,
  ),
  'a field that the message does not have, in a variable': fact(
    `({ row }) => { const made = { text: '', amount: row.amount, txt: '' }; return made }`,
  ),
  'a field that the message does not have, in one of two results': fact(
    `({ row }) => row.verified ? { text: '', amount: row.amount } : { text: '', amount: '', txt: '' }`,
  ),
  'a field of the key that the message does not have': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    undefined,
    `({ id }) => ({ id, number: id })`,
  ),
  'an index of a field that the message does not have': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    undefined,
    undefined,
    `indexes: ['txt'],`,
  ),
  'a policy for a column that the table does not have': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    undefined,
    undefined,
    `toast: { nots: 'heal' },`,
  ),
  'a misspelt column': fact(`({ row }) => ({ text: row.titel ?? '', amount: row.amount })`),
  'a misspelt column of the key': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    undefined,
    `({ idd }) => ({ id: idd })`,
  ),
  'a misspelt join': fact(
    `({ row, secondry }) => ({ text: secondry?.code ?? '', amount: row.amount })`,
  ),
  'a misspelt column of a lookup': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondry_id') }`,
  ),
  'a misspelt column of a nested lookup': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondary_id', { tertiary: lookup(tertiaryTable, 'tertary_id') }) }`,
  ),
  'a column of a lookup, written as a field': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    `{ secondary: lookup(secondaryTable, 'secondaryId') }`,
  ),
  'a misspelt field': fact(`({ row }) => ({ text: '', amount: row.amount, txt: '' })`),
  'a misspelt field of the key': fact(
    `({ row }) => ({ text: '', amount: row.amount })`,
    undefined,
    `({ id }) => ({ id, amont: '' })`,
  ),
  'a nullable column in a field that is always there': fact(
    `({ row }) => ({ text: row.notes, amount: row.amount })`,
  ),
}

let errors: ReadonlyMap<string, readonly string[]>

beforeAll(() => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    ts.sys.readFile(path),
  ) as {
    config: { compilerOptions: object }
  }
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
  const names = Object.keys(SNIPPETS)
  const fileOf = (name: string): string =>
    join(root, 'test/fact/declare', `snippet-${names.indexOf(name)}.ts`)
  const texts = new Map(names.map((name) => [fileOf(name), PREAMBLE + (SNIPPETS[name] ?? '')]))
  const host = ts.createCompilerHost(options)
  const original = { ...host }
  host.fileExists = (path) => texts.has(path) || original.fileExists(path)
  host.readFile = (path) => texts.get(path) ?? original.readFile(path)
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path)
    return text === undefined
      ? original.getSourceFile(path, target, ...rest)
      : ts.createSourceFile(path, text, target)
  }
  const program = ts.createProgram(
    [...texts.keys()],
    { ...options, types: [], noUnusedLocals: false },
    host,
  )
  errors = new Map(
    names.map((name) => [
      name,
      program
        .getSemanticDiagnostics(program.getSourceFile(fileOf(name)))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
    ]),
  )
}, 60_000)

const isControl = (name: string): boolean => name.endsWith('control')

test.each(Object.keys(SNIPPETS).filter(isControl))('%s compiles', (name) => {
  expect(errors.get(name)).toEqual([])
})

test.each(Object.keys(SNIPPETS).filter((name) => !isControl(name)))(
  '%s does not compile',
  (name) => {
    expect(errors.get(name)).not.toEqual([])
  },
)

test.each(Object.entries(TEXTS))('the message for %s names it', (name, text) => {
  expect(errors.get(name)?.join('\n')).toContain(text)
})
