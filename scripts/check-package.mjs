/** `node scripts/check-package.mjs`: builds and packs, and checks what a user of the package would meet. Exits 1 on a complaint. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'facts-package-'))
const MOST_BYTES = 2 * 1024 * 1024

function run(command, ...args) {
  console.log(`${command} ${args.join(' ')}`)
  execFileSync(command, args, { cwd: root, stdio: 'inherit' })
}

try {
  run(process.execPath, 'scripts/build.mjs')
  run(process.execPath, 'scripts/api.mjs', '--check')
  run('npm', 'pack', '--ignore-scripts', '--silent', '--pack-destination', folder)
  const tarball = join(folder, readdirSync(folder)[0])
  const { size } = statSync(tarball)
  if (size > MOST_BYTES) throw new Error(`The package has ${size} bytes, of ${MOST_BYTES}.`)
  run('npx', '--no-install', 'publint', 'run', tarball, '--strict')
  // Node 20.19 and bundlers; not the resolution of Node 10, which knows no exports.
  run('npx', '--no-install', 'attw', tarball, '--profile', 'node16', '--quiet')
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
