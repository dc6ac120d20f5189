import { execFile, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { packageRoot } from '../../src/package-root'
import type { Finding } from '../../src/dev-stack/machine/finding'
import { waitFor } from '../support/wait-for'

jest.setTimeout(240_000)

/** Command lines of processes that name the folder. */
const processesOf = (folder: string): readonly string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder) && !line.startsWith('ps '))

test('npm start shows the facts of the seeded rows; Ctrl-C ends everything within ten seconds and leaves no process', async () => {
  const home = await mkdtemp(join(tmpdir(), 'facts-start-'))
  const child = spawn(
    process.execPath,
    [join(packageRoot(), 'bin', 'facts.cjs'), 'start', '--number=5'],
    {
      env: { ...process.env, FACTS_HOME: home, FACTS_HTTP_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  }
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  try {
    await waitFor(
      'the next steps',
      () => output.includes('Ctrl-C stops everything'),
      180_000,
    ).catch((error: unknown) => Promise.reject(new Error(`${String(error)}\n${output}`)))
    expect(output).toContain('10 facts of 10 seeded rows seen')
    // Neither colours nor cursor movements where there is no terminal.
    expect(output).not.toContain('\u001b[')
    expect(processesOf(home).length).toBeGreaterThan(0)
    // At the addresses that this start has taken, not at those that are configured.
    const doctor = await promisify(execFile)(
      process.execPath,
      [join(packageRoot(), 'bin', 'facts.cjs'), 'doctor', '--json'],
      { env: { ...process.env, FACTS_HOME: home } },
    ).catch((error: unknown) => error as { readonly stdout: string })
    const findings = JSON.parse(doctor.stdout) as readonly Finding[]
    expect(findings.filter(({ status }) => status === 'fail')).toEqual([])
    const of = (name: string): string | undefined =>
      findings.find((finding) => finding.name === name)?.detail
    expect(of('pipeline')).toMatch(/^ready at http/)
    expect(of('feed')).toMatch(/^serves wildapp/)
    const asked = Date.now()
    child.kill('SIGINT')
    expect(await exited).toBe(0)
    expect(Date.now() - asked).toBeLessThan(10_000)
    await waitFor('every process to be gone', () => processesOf(home).length === 0, 5_000)
  } finally {
    child.kill('SIGKILL')
    await exited
    await rm(home, { recursive: true, force: true })
  }
})

test('a start continues where seed inserts no row into the table of a fact', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'facts-unseeded-'))
  const root = packageRoot()
  const program = join(root, 'monolith', 'main.ts')
  const commands = {
    migrate: { description: 'as the sample', program },
    seed: { description: 'inserts nothing', program: join(folder, 'seed.cjs') },
  }
  await writeFile(join(folder, 'seed.cjs'), '')
  await writeFile(
    join(folder, 'facts.config.ts'),
    `import { defineApp } from 'pgfacts'
     import sample from ${JSON.stringify(join(root, 'facts.config'))}
     const connector = ${JSON.stringify(join(root, 'connectors', 'monolith.json'))}
     export default defineApp({ ...sample, connector, commands: ${JSON.stringify(commands)} })`,
  )
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'bin', 'facts.cjs'), 'start', '--once'],
      { cwd: folder, env: { ...process.env, FACTS_HTTP_PORT: '0', FACTS_FEED_PORT: '0' } },
    )
    expect(stdout).toContain(
      'No row was seeded into public.wildapp_primary, public.wildapp_event: what you insert there is shown here.',
    )
    expect(stdout).toContain('Everything runs')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
