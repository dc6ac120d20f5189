import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../../src/package-root'
import { RunningVerb } from '../running-verb'

interface Ended {
  readonly code: number
  readonly output: string
}

/** An application that `facts init` made in a folder of its own; what it imports is this checkout. */
export class PulledApp {
  private constructor(
    readonly folder: string,
    private readonly scratch: string,
  ) {}

  static async init(
    name: string,
    url: string,
    ...args: readonly string[]
  ): Promise<PulledApp & Ended> {
    const scratch = mkdtempSync(join(tmpdir(), 'facts-pulled-'))
    const app = new PulledApp(join(scratch, name), scratch)
    const ended = await run(FACTS, ['init', name, '--from', url, ...args], scratch)
    const root = packageRoot()
    const options = {
      rootDir: '/',
      typeRoots: [join(root, 'node_modules', '@types')],
      // The checkout's own rule, which its sources need.
      exactOptionalPropertyTypes: true,
      paths: {
        pgfacts: [join(root, 'src', 'index.ts')],
        'pgfacts/*': [join(root, 'src', '*', 'index.ts')],
      },
    }
    if (ended.code === 0) {
      const file = { extends: './tsconfig.json', compilerOptions: options }
      writeFileSync(app.path('tsconfig.checkout.json'), JSON.stringify(file))
    }
    return Object.assign(app, ended)
  }

  path(...parts: readonly string[]): string {
    return join(this.folder, ...parts)
  }

  facts(...args: readonly string[]): Promise<Ended> {
    return run(FACTS, args, this.folder)
  }

  /** A verb in an environment that has these variables, too. */
  factsWith(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> {
    return run(FACTS, args, this.folder, env)
  }

  /** A verb that runs until it is stopped. */
  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningVerb {
    const own = { ...environment(FACTS, this.folder), ...env }
    return new RunningVerb(FACTS, args, { cwd: this.folder, env: own })
  }

  /** What the compiler says, strictly. */
  compile(): Promise<Ended> {
    return run(binary('tsc'), ['-p', 'tsconfig.checkout.json'], this.folder)
  }

  /** Its own tests. */
  test(): Promise<Ended> {
    return run(binary('tsx'), ['test/run.ts'], this.folder)
  }

  remove(): void {
    rmSync(this.scratch, { recursive: true, force: true })
  }
}

const FACTS = join(packageRoot(), 'bin', 'facts.cjs')
const binary = (name: string): string =>
  name === 'tsc'
    ? join(packageRoot(), 'node_modules', 'typescript', 'bin', 'tsc')
    : join(packageRoot(), 'node_modules', 'tsx', 'dist', 'cli.mjs')

function environment(program: string, folder: string): NodeJS.ProcessEnv {
  const tsconfig =
    program === FACTS
      ? join(packageRoot(), 'tsconfig.json')
      : join(folder, 'tsconfig.checkout.json')
  return {
    ...process.env,
    NO_COLOR: '1',
    FACTS_HOME: join(folder, '.facts'),
    TSX_TSCONFIG_PATH: tsconfig,
    NODE_PATH: join(packageRoot(), 'node_modules'),
  }
}

function run(
  program: string,
  args: readonly string[],
  folder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const options = { cwd: folder, env: { ...environment(program, folder), ...env } }
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { ...options, maxBuffer: 50_000_000 },
      (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    )
  })
}
