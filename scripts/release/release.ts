import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { releasedChangelog } from './released-changelog'

/**
 * Sets the version (packages, chart, change log), runs the checks and writes the tarballs, the software bill of materials
 * (CycloneDX) and their SHA-256 to release/. Publishes nothing: the commit is read before it is tagged. Throws an Error.
 */
export function release(root: string, version: string): void {
  const run = (program: string, ...args: readonly string[]): void => {
    execFileSync(program, args, { cwd: root, stdio: 'inherit' })
  }
  const output = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { cwd: root, encoding: 'utf8', maxBuffer: 100_000_000 })
  if (output('git', 'status', '--porcelain') !== '') {
    throw new Error('There are changes that are not committed. Commit them first.')
  }
  const changelog = join(root, 'CHANGELOG.md')
  const date = new Date().toISOString().slice(0, 10)
  const released = releasedChangelog(readFileSync(changelog, 'utf8'), version, date)
  // Refuses what is no version, and the present one.
  run('npm', 'version', version, '--no-git-tag-version')
  writeFileSync(changelog, released)
  setChartVersion(join(root, 'deploy', 'helm', 'facts', 'Chart.yaml'), version)
  const creator = join(root, 'packages', 'create-facts')
  setCreatorVersion(join(creator, 'package.json'), version)
  run('npm', 'run', '--silent', 'check')

  const folder = join(root, 'release')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  run('npm', 'pack', '--silent', '--pack-destination', folder)
  run('npm', 'pack', '--silent', '--pack-destination', folder, creator)
  const sbom = output('npm', 'sbom', '--sbom-format=cyclonedx', '--omit=dev')
  writeFileSync(join(folder, `pgfacts-${version}.cdx.json`), named(sbom, 'pgfacts'))
  const sums = readdirSync(folder).map((file) => {
    const sum = createHash('sha256').update(readFileSync(join(folder, file)))
    return `${sum.digest('hex')}  ${file}\n`
  })
  writeFileSync(join(folder, 'SHA256SUMS'), sums.join(''))
  console.log(`release/ has ${version}. Read the changes, then:
  git commit --all --message 'Release ${version}' && git tag v${version}
  npm publish release/pgfacts-${version}.tgz && npm publish release/create-facts-${version}.tgz`)
}

function setChartVersion(file: string, version: string): void {
  const chart = readFileSync(file, 'utf8')
  writeFileSync(file, chart.replaceAll(/^(version|appVersion): .*$/gm, `$1: ${version}`))
}

function setCreatorVersion(file: string, version: string): void {
  const creator = JSON.parse(readFileSync(file, 'utf8')) as object
  const released = { ...creator, version, dependencies: { pgfacts: version } }
  writeFileSync(file, `${JSON.stringify(released, undefined, 2)}\n`)
}

/** npm names the root for its folder. */
function named(sbom: string, name: string): string {
  const parsed = JSON.parse(sbom) as { readonly metadata: { readonly component: object } }
  const component = { ...parsed.metadata.component, name }
  const metadata = { ...parsed.metadata, component }
  return `${JSON.stringify({ ...parsed, metadata }, undefined, 2)}\n`
}
