/**
 * `npm run check`: types, lint, format, generated code, proto lint and proto compatibility. Runs all of them, says
 * which failed, exits 1 when any did.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import process from 'node:process'

const root = fileURLToPath(new URL('..', import.meta.url))

const checks = [
  ['types', 'tsc', '-p', 'tsconfig.json'],
  ['lint', 'eslint', '.', '--max-warnings=0'],
  ['format', 'prettier', '--check', '--log-level=warn', '.'],
  ['generated code is current', 'tsx', 'scripts/generate.ts', '--check'],
  ['proto lint and compatibility', 'tsx', 'scripts/check-proto.ts'],
]

const failed = checks.filter(([name, command, ...args]) => {
  const started = Date.now()
  const { status, error } = spawnSync('npx', ['--no-install', command, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, npm_config_loglevel: 'error' },
  })
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.log(
    `${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)${error ? ` ${error.message}` : ''}`,
  )
  return status !== 0
})
if (failed.length > 0) {
  console.error(`Failed: ${failed.map(([name]) => name).join(', ')}.`)
  process.exit(1)
}
