/**
 * `npm run check`: types, lint, format, generated code, proto lint and compatibility, and the package. Runs all of them side by side, says
 * which failed, exits 1 when any did.
 */
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import process from 'node:process'

const root = fileURLToPath(new URL('..', import.meta.url))

const checks = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['lint', 'eslint', '.', '--max-warnings=0'],
  ['format', 'prettier', '--check', '--log-level=warn', '.'],
  ['generated code is current', 'tsx', 'scripts/generate.ts', '--check'],
  ['proto lint and compatibility', 'tsx', 'scripts/check-proto.ts'],
  ['the package', 'node', 'scripts/check-package.mjs'],
]

/** Its output is shown when it has ended, in one piece; resolves with whether it was good. */
function run([name, command, ...args]) {
  const started = Date.now()
  const child = spawn('npx', ['--no-install', command, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  const output = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => output.push(chunk))
  }
  return new Promise((resolve) => {
    const end = (isGood, reason) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1)
      process.stdout.write(Buffer.concat(output))
      console.log(`${isGood ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${reason}`)
      resolve(isGood)
    }
    child.once('error', (error) => end(false, ` ${error.message}`))
    child.once('close', (code) => end(code === 0, ''))
  })
}

const good = await Promise.all(checks.map(run))
const failed = checks.filter((_, index) => !good[index])
if (failed.length > 0) {
  console.error(`Failed: ${failed.map(([name]) => name).join(', ')}.`)
  process.exit(1)
}
