/**
 * `npm run build`: compiles src and monolith into dist/, which runs without the TypeScript sources, as in the image.
 * What the compiler does not write (generated JavaScript and its types, SQL) is copied beside what it does.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import process from 'node:process'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')

rmSync(dist, { recursive: true, force: true })
compile()
for (const folder of ['src', 'monolith']) copyRuntimeFiles(folder)

function compile() {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
  const project = join(root, 'tsconfig.build.json')
  try {
    execFileSync(process.execPath, [tsc, '-p', project, '--pretty', 'false'], { stdio: 'inherit' })
  } catch {
    // The compiler has said what is wrong; a dist that is half there would hide it.
    rmSync(dist, { recursive: true, force: true })
    process.exit(1)
  }
}

function copyRuntimeFiles(folder) {
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /(?<!\.d)\.ts$|\.md$/.test(entry.name)) continue
    const source = join(entry.parentPath, entry.name)
    const target = join(dist, relative(root, source))
    if (existsSync(target)) continue
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(source, target)
  }
}
