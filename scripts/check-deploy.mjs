/*
 * `node scripts/check-deploy.mjs`: checks the manifests and the chart in deploy/ with kubectl-validate and helm, which are on the
 * PATH, and that the chart with its own values gives the objects of the manifests. Exits 1 when not.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse, parseAllDocuments } from 'yaml'

const MANIFESTS = 'deploy/kubernetes'
const CHART = 'deploy/helm/facts'
/** In a namespace of its own the base denies what it does not name to all pods; a chart may share its namespace. */
const DIFFERENT = new Set(['NetworkPolicy/facts-deny'])

const run = (program, args) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const objectsIn = (text) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((one) => one !== null)

/** What distinguishes an object of the chart from one of the manifests, and is meant to, left out. */
function compared({ metadata, ...object }) {
  const { labels, ...rest } = metadata
  const name = rest.name.replace(/-1$/, '')
  const own = labels && { labels: { 'app.kubernetes.io/name': labels['app.kubernetes.io/name'] } }
  const copy = JSON.parse(JSON.stringify({ ...object, metadata: { ...rest, name, ...own } }))
  const { template } = copy.spec ?? {}
  if (template === undefined) return copy
  delete template.metadata.annotations
  const [container] = template.spec.containers
  container.image = container.image.replace(/:.*/, '')
  delete container.imagePullPolicy
  container.env.sort((a, b) => a.name.localeCompare(b.name))
  return copy
}

const keyed = (objects) =>
  new Map(objects.map(compared).map((one) => [`${one.kind}/${one.metadata.name}`, one]))

const files = readdirSync(MANIFESTS)
  .filter((name) => name !== 'facts.yaml' && name !== 'kustomization.yaml')
  .map((name) => join(MANIFESTS, name))
const folder = mkdtempSync(join(tmpdir(), 'facts-chart-'))
const faults = []
try {
  run('kubectl-validate', files)
  run('helm', ['lint', '--strict', CHART])
  const rendered = run('helm', ['template', 'facts', CHART, '--namespace', 'facts'])
  writeFileSync(join(folder, 'chart.yaml'), rendered)
  run('kubectl-validate', [join(folder, 'chart.yaml')])
  const ofChart = keyed(objectsIn(rendered))
  const base = keyed(files.flatMap((file) => objectsIn(readFileSync(file, 'utf8'))))
  const config = ofChart.get('ConfigMap/facts-config')
  ofChart.delete('ConfigMap/facts-config')
  const shared = parse(readFileSync(join(MANIFESTS, 'facts.yaml'), 'utf8'))
  if (!isDeepStrictEqual(parse(config.data['facts.yaml']), shared)) faults.push('facts.yaml')
  for (const name of new Set([...base.keys(), ...ofChart.keys()])) {
    if (DIFFERENT.has(name)) continue
    if (!isDeepStrictEqual(base.get(name), ofChart.get(name))) faults.push(name)
  }
} catch (error) {
  faults.push(error.stdout ?? error.message)
} finally {
  rmSync(folder, { recursive: true })
}
if (faults.length === 0)
  console.log('deploy: the manifests and the chart are valid, and give the same objects')
for (const fault of faults)
  console.error(`deploy: the chart differs from the manifests, or is not valid: ${fault}`)
process.exitCode = faults.length === 0 ? 0 : 1
