import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { debezium } from '../../src/source-format/debezium'
import { formedFacts } from '../../src/source-format/formed-facts'
import type { FactMessage } from '../../src/fact/declare/fact-topic'
import { drive } from '../../src/testing/drive'
import { schemas } from '../../src/wildapp/gen/schemas'
import { FORMAT_TABLES, formatFact } from './format-tables'
import { RECORDED_FORMS, recordedForm, recordedSchema, topicIn } from './recorded-forms'

/*
 * One table of expectations: the same rows, written by connectors with other settings, make the same facts. What differs is in
 * test/golden/formats/differences.json, fact by fact, and is what the format says that it loses.
 */
const DIFFERENCES = JSON.parse(
  readFileSync(join(__dirname, '../golden/formats/differences.json'), 'utf8'),
) as Readonly<Record<string, readonly string[]>>

/** What no fact has in a form. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  routed: ['.order'],
  'unwrapped-schemas': ['.order', '.time', '.transaction'],
  'unwrapped-headers': ['.order', '.time'],
  'unwrapped-tombstones': ['.order', '.transaction'],
}

/** Tables that a form refuses; see header-key. */
const REFUSED: Readonly<Record<string, readonly string[]>> = {
  connect: ['keyed'],
  'connect-alone': ['keyed'],
}

/** A fact or a dead letter, by what and of which it is, with all that it says. */
type Said = Readonly<Record<string, unknown>>

async function madeOf(form: string): Promise<ReadonlyMap<string, Said>> {
  const tables = Object.keys(FORMAT_TABLES).filter((name) => REFUSED[form]?.includes(name) !== true)
  const declared = tables.map((name) => formatFact(name, topicIn(form, name)))
  const { facts } = formedFacts(declared, debezium(RECORDED_FORMS[form] ?? {}))
  const written = recordedForm(form)
  for (const { from } of facts) {
    const own = written.filter(({ topic }) => topic === from.topic)
    await from.prepare(own, recordedSchema)
  }
  const driver = await drive(facts, { schemas, partitions: 1 })
  try {
    const topics = new Set(tables.map((name) => topicIn(form, name)))
    for (const record of written) if (topics.has(record.topic)) driver.write(record)
    const said = new Map<string, Said>()
    for (const { fact, kind, subject, message } of await driver.facts()) {
      const { header, payload } = message as FactMessage & { readonly payload?: string }
      const { source, unavailable, movedFrom, movedTo, time } = header ?? {}
      const isSnapshot = source?.snapshot === true
      const known = [...said.keys()].filter((one) => one.startsWith(`${fact} ${subject} ${kind} `))
      said.set(`${fact} ${subject} ${kind} ${known.length + 1}`, {
        ...(payload === undefined || payload === '' ? {} : (JSON.parse(payload) as Said)),
        ...(isSnapshot ? {} : { '.lsn': String(source?.lsn), '.time': timeText(time) }),
        '.transaction': isSnapshot ? '' : String(source?.transactionId),
        '.order': String(source?.transactionOrder),
        '.of': `${source?.database ?? ''} ${source?.schema ?? ''} ${source?.table ?? ''}`,
        '.snapshot': isSnapshot,
        '.unavailable': unavailable?.join(','),
        '.moved': `${movedFrom ?? ''} ${movedTo ?? ''}`,
      })
    }
    for (const { key, headers } of await driver.deadLetters()) {
      const text = (key?.[0] === 0 ? key.toString('hex') : String(key)).replace(
        /^.*"payload":(.*)\}$/,
        '$1',
      )
      said.set(`dead letter ${String(headers['facts.processor'])} ${text}`, {
        code: String(headers['facts.error.code']),
      })
    }
    return said
  } finally {
    await driver.stop()
  }
}

const timeText = (time: unknown): string =>
  JSON.stringify(time, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))

function differences(
  canonical: ReadonlyMap<string, Said>,
  made: ReadonlyMap<string, Said>,
  form: string,
): readonly string[] {
  const isRefused = (name: string): boolean =>
    REFUSED[form]?.some((table) => name.includes(`formats.${table} `)) === true
  const names = [...new Set([...canonical.keys(), ...made.keys()])].filter((one) => !isRefused(one))
  return names.flatMap((name) => {
    const [expected, found] = [canonical.get(name), made.get(name)]
    if (expected === undefined) return [`${name}: only here`]
    if (found === undefined) return [`${name}: not here`]
    const fields = new Set([...Object.keys(expected), ...Object.keys(found)])
    for (const field of NEVER[form] ?? []) fields.delete(field)
    return [...fields].flatMap((field) => {
      const [was = '', is = ''] = [expected[field], found[field]].map((it) => JSON.stringify(it))
      return was === is ? [] : [`${name}, ${field}: ${was.slice(0, 50)} is ${is.slice(0, 50)}`]
    })
  })
}

let canonical: ReadonlyMap<string, Said>

beforeAll(async () => {
  canonical = await madeOf('canonical')
})

test('the rows are of every kind, and make facts of every kind', () => {
  const kinds = new Set([...canonical.keys()].map((name) => name.split(' ').at(-2)))
  expect(canonical.size).toBeGreaterThan(60)
  expect(kinds.size).toBeGreaterThanOrEqual(4)
})

describe.each(Object.keys(RECORDED_FORMS).filter((form) => form !== 'canonical'))('%s', (form) => {
  test('makes the facts of the same rows in the shipped form, but for what it loses', async () => {
    expect(differences(canonical, await madeOf(form), form)).toEqual(DIFFERENCES[form] ?? [])
  })
})
