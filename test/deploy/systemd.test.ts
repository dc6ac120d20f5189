import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { factsCommand } from '../../src/cli/facts-command'
import { loadConfig } from '../../src/config/config'
import { root } from '../support/source-files'

/*
 * The systemd unit: that each process starts with what it is given. What systemd makes of the file is checked by
 * systemd-analyze, in .ci/run.
 */
const folder = join(root, 'deploy', 'systemd')
const text = readFileSync(join(folder, 'facts@.service'), 'utf8')
const valuesOf = (key: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)
const environment = Object.fromEntries(
  valuesOf('Environment').flatMap((line) =>
    line.split(' ').map((pair) => pair.split('=') as [string, string]),
  ),
)
/** Named by the first line, in which a reader looks for them. */
const verbs = [...(/^# .*$/m.exec(text)?.[0] ?? '').matchAll(/facts@(\w+)/g)].map(
  ([, verb = '']) => verb,
)

/** Seconds in which every verb that runs for long has ended (docs/health.md). */
const ENDED = 15

test('the processes of a line are named', () => {
  expect(verbs).toEqual(['pipeline', 'feed', 'supervise', 'audit'])
})

test('each process is a verb of the command line, which is run as an installed package', () => {
  const [start = ''] = valuesOf('ExecStart')
  expect(start).toBe('/usr/bin/env node node_modules/pgfacts/bin/facts.cjs %i $OPTIONS')
  for (const verb of verbs) {
    expect(factsCommand(verb).commands.map((one) => one.name())).toContain(verb)
  }
})

test('the settings of the unit are accepted', () => {
  const { FACTS_CONFIG, NODE_ENV, NO_COLOR, ...env } = environment
  expect([FACTS_CONFIG, NODE_ENV, NO_COLOR]).toEqual(['/etc/facts/facts.yaml', 'production', '1'])
  expect(() => loadConfig({ env, file: join(root, 'deploy', 'facts.yaml') })).not.toThrow()
})

test('the only folder that may be written is the one in which everything is kept', () => {
  expect(environment['FACTS_HOME']).toBe(`/var/lib/${valuesOf('StateDirectory').join()}`)
  expect(valuesOf('ProtectSystem')).toEqual(['strict'])
  expect(valuesOf('ReadWritePaths')).toEqual([])
})

test('a process is given the time that its end takes', () => {
  expect(Number(valuesOf('TimeoutStopSec')[0])).toBeGreaterThan(ENDED)
})
