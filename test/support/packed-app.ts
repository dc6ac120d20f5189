import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/package-root'
import { RunningVerb } from './running-verb'

/** What npm tells a script of itself, which npm in another folder must not inherit. */
const OF_NPM = /^npm_(package|lifecycle)_|^npm_config_local_prefix$|^INIT_CWD$/

/** An empty folder outside the checkout, with the packed library beside it. */
export class PackedApp {
  readonly scratch = mkdtempSync(join(tmpdir(), 'facts-packed-'))
  readonly folder = join(this.scratch, 'empty')
  private readonly running: RunningVerb[] = []

  constructor(private readonly env: Readonly<Record<string, string>>) {
    mkdirSync(this.folder)
  }

  /** Packs a package of the checkout, as for the registry; the path of the tarball. */
  async pack(folder = packageRoot()): Promise<string> {
    const before = new Set(readdirSync(this.scratch))
    await this.run('npm', ['pack', '--silent', '--pack-destination', this.scratch], folder)
    const [name = ''] = readdirSync(this.scratch).filter((file) => !before.has(file))
    return join(this.scratch, name)
  }

  /** Runs a program to its end and returns its output. Rejects with the output when it fails. */
  run(
    program: string,
    args: readonly string[],
    cwd = this.folder,
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { cwd, env: { ...this.environment(), ...env }, maxBuffer: 50_000_000 }
      execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) resolve(stdout + stderr)
        else reject(new Error(`${program} ${args.join(' ')}: ${stdout}${stderr}`, { cause: error }))
      })
    })
  }

  npm(args: readonly string[], cwd?: string): Promise<string> {
    return this.run('npm', ['--no-audit', '--no-fund', '--prefer-offline', ...args], cwd)
  }

  /** A verb of the installed command line. */
  facts(
    args: readonly string[],
    cwd?: string,
    env?: Readonly<Record<string, string>>,
  ): Promise<string> {
    return this.run(process.execPath, [installed(cwd ?? this.folder), ...args], cwd, env)
  }

  /** A verb that runs until it is stopped, or until `close`. */
  start(
    args: readonly string[],
    cwd = this.folder,
    env: Readonly<Record<string, string>> = {},
  ): RunningVerb {
    const verb = new RunningVerb(installed(cwd), args, {
      cwd,
      env: { ...this.environment(), ...env },
    })
    this.running.push(verb)
    return verb
  }

  async close(): Promise<void> {
    for (const verb of this.running) await verb.stop()
    rmSync(this.scratch, { recursive: true, force: true })
  }

  private environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !OF_NPM.test(name))
    return { ...Object.fromEntries(own), NO_COLOR: '1', ...this.env }
  }
}

const installed = (folder: string): string =>
  join(folder, 'node_modules', 'pgfacts', 'bin', 'facts.cjs')
