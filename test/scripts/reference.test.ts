import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { cliPage } from '../../scripts/generate/cli'
import { configurationPage } from '../../scripts/generate/configuration'
import { errorsPage } from '../../scripts/generate/errors'
import { metricsPage } from '../../scripts/generate/metrics'
import { factsCommand } from '../../src/cli/facts-command'
import { loadConfig } from '../../src/config/config'
import { packageRoot } from '../../src/package-root'
import { ERRORS } from '../../src/errors'

/** First cells of the page's tables, without their marks. */
const firstCells = (page: string): string[] =>
  [...page.matchAll(/^\| `([^`]+)`/gm)].map(([, cell = '']) => cell)

test('the page of the configuration has every variable that the configuration reads, and no other', () => {
  let message = ''
  try {
    loadConfig({ env: { FACTS_NO_SUCH_KEY: '1' } })
  } catch (error) {
    message = (error as Error).message
  }
  const known = /Known: (.*)\.$/.exec(message)?.[1]?.split(', ') ?? []
  const named = [...configurationPage().matchAll(/^\|[^|]*?`?(FACTS_\w+)`|\| `(FACTS_\w+)` \|/gm)]
  expect(new Set(named.map(([, first, second]) => first ?? second))).toEqual(new Set(known))
})

test('the page of the configuration says of every key what it is and what it is without being set', () => {
  const rows = configurationPage()
    .split('\n')
    .filter((line) => line.includes('`FACTS_') && line.split(' | ').length === 5)
  expect(rows.length).toBeGreaterThan(60)
  for (const row of rows) {
    const [, , fallback = '', , text = ''] = row.split(' | ')
    expect(fallback.trim()).not.toBe('')
    expect(text.replace('|', '').trim()).not.toBe('')
  }
})

test('the page of errors has every code once', () => {
  const codes = firstCells(errorsPage()).filter((cell) => /^[A-Z_]+$/.test(cell))
  expect(codes.toSorted()).toEqual(Object.keys(ERRORS).toSorted())
})

test('every error code is used', () => {
  const src = join(packageRoot(), 'src')
  const code = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) => path.endsWith('.ts') && path !== 'errors.ts' && !path.startsWith('reference/'),
    )
    .map((path) => readFileSync(join(src, path), 'utf8'))
    .join('\n')
  expect(Object.keys(ERRORS).filter((name) => !code.includes(name))).toEqual([])
})

test('the page of commands has every verb with its options', () => {
  const page = cliPage([])
  for (const command of factsCommand().commands) {
    expect(page).toContain(`## facts ${command.name()}`)
    for (const { flags } of command.options) expect(page).toContain(flags.replaceAll('|', '\\|'))
  }
})

test('the pages name no folder of the machine that made them', () => {
  for (const page of [cliPage([]), configurationPage(), errorsPage(), metricsPage()]) {
    expect(page).not.toContain(packageRoot())
  }
})

test('the page of metrics has those of every process, each with what it counts', () => {
  const rows = metricsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `facts_'))
  for (const process of ['facts_records_total', 'facts_feed_', 'facts_follow_', 'facts_audit_']) {
    expect(rows.filter((row) => row.includes(process))).not.toEqual([])
  }
  for (const row of rows) expect(row).toMatch(/\w\. \|$/)
})
