import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/config'
import { AUTH_HELP, CONFIGURATION_HELP } from '../../src/reference/configuration-help'
import { root } from '../support/source-files'

const file = join(root, 'deploy', 'facts.yaml')
const env = { FACTS_HOME: join(root, 'deploy') }
const text = readFileSync(file, 'utf8')

test('the sample is a configuration that changes no default', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'))
  try {
    const empty = join(folder, 'facts.yaml')
    writeFileSync(empty, '')
    expect(loadConfig({ env, file })).toEqual(loadConfig({ env, file: empty }))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('the sample has every key once, set or as a comment', () => {
  const sections = text.split(/^(?=\w+:$)/m).slice(1)
  const found = sections.flatMap((section) => {
    const [name = ''] = section.split(':')
    return [...section.matchAll(/^ {2}(?:# )?(\w+):(?: \S.*)?$/gm)].map(
      ([, key]) => `${name}.${key}`,
    )
  })
  const known = Object.entries(CONFIGURATION_HELP).flatMap(([name, { keys }]) =>
    Object.keys(keys).map((key) => `${name}.${key}`),
  )
  expect(found.toSorted()).toEqual(known.toSorted())
  for (const key of Object.keys(AUTH_HELP)) expect(text).toContain(`  #   ${key}:`)
})

test('each section of the sample sets a key, because an empty one is refused', () => {
  for (const section of Object.values(parse(text) as Readonly<Record<string, object | null>>)) {
    expect(Object.keys(section ?? {})).not.toEqual([])
  }
})
