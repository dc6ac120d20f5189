import { sampleConfig } from '../support/sample-config'
import { runAppCommand } from '../../src/cli/run/run-app-command'

const config = sampleConfig({
  env: {
    FACTS_HOME: '/nonexistent',
    FACTS_DATABASE_URL: 'postgres://wildapp:geheim@127.0.0.1:1/wildapp',
  },
})

async function run(...args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = []
  const code = await runAppCommand(args, config, { onLine: (line) => lines.push(line) })
  return { code, lines }
}

test('arguments go to the application as they are, --help too', async () => {
  const { code, lines } = await run('seed', '--number=10', '--help')
  expect(code).toBe(0)
  expect(lines.join('\n')).toContain('--churn')
})

test('its exit code is ours, and it was given our database', async () => {
  const { code, lines } = await run('migrate')
  expect(code).toBe(1)
  expect(lines.join('\n')).toContain('No PostgreSQL answers at 127.0.0.1:1/wildapp')
})

test('the password of the database is in none of its lines', async () => {
  const { lines } = await run('seed')
  expect(lines.length).toBeGreaterThan(0)
  expect(lines.join('\n')).not.toContain('geheim')
})

test('an option that does not exist is an error with its name', async () => {
  const { code, lines } = await run('seed', '--bogus')
  expect({ code, lines }).toEqual({ code: 1, lines: ["error: unknown option '--bogus'"] })
})
