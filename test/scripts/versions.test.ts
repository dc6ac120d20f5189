import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../support/source-files'

const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), 'utf8')
const { version } = JSON.parse(read('package.json')) as { readonly version: string }

test('npm create facts makes an application with the package of its own version', () => {
  const creator: unknown = JSON.parse(read('packages', 'create-facts', 'package.json'))
  expect(creator).toMatchObject({ version, dependencies: { pgfacts: version } })
})

test('the chart is of the version of the package', () => {
  const chart: unknown = parse(read('deploy', 'helm', 'facts', 'Chart.yaml'))
  expect(chart).toMatchObject({ version, appVersion: version })
})
