import { sampleConfig } from '../support/sample-config'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AppConfig } from '../../src/app/app-config'
import { childEnvironment } from '../../src/config/config'
import { packageRoot } from '../../src/package-root'
import { choosePorts } from '../../src/dev-stack/ports/ports'

const run = promisify(execFile)
const MAX_OUTPUT = 64 * 1024 * 1024

/** What is read of a service in `docker compose config`. */
interface ServiceDefinition {
  readonly ports?: readonly { readonly host_ip?: string; readonly published: string }[]
}

/** docker-compose.yml under a name, an image and ports of its own, so that it disturbs no other program and leaves nothing. */
export class ComposeProject {
  private constructor(
    private readonly name: string,
    private readonly env: Readonly<Record<string, string>>,
    /** What a person sets to use the verbs from the host when the ports are not the usual ones. */
    private readonly hostEnv: Readonly<Record<string, string>>,
  ) {}

  static async create(): Promise<ComposeProject> {
    const ports = await choosePorts({ usual: {} })
    const name = `facts-test-${process.pid}`
    const env = {
      COMPOSE_PROJECT_NAME: name,
      APP_IMAGE: name,
      POSTGRES_PORT: String(ports.postgres),
      KAFKA_PORT: String(ports.kafka),
      CONNECT_PORT: String(ports.connect),
      REGISTRY_PORT: String(ports.registry),
      METRICS_PORT: String(ports.controller),
      FEED_PORT: String(ports.kafka2),
    }
    const hostEnv = {
      // Its endpoints would be found first if an embedded stack ran in this checkout.
      FACTS_HOME: mkdtempSync(join(tmpdir(), 'facts-test-')),
      FACTS_DATABASE_URL: `postgres://wildapp:wildapp@localhost:${ports.postgres}/wildapp`,
      FACTS_KAFKA_BROKERS: `localhost:${ports.kafka}`,
      FACTS_REGISTRY_URL: `http://localhost:${ports.registry}/apis/ccompat/v7`,
      FACTS_CONNECT_URL: `http://localhost:${ports.connect}`,
    }
    return new ComposeProject(name, env, hostEnv)
  }

  /** The configuration that the verbs on the host have. */
  get config(): AppConfig {
    return sampleConfig({ env: { ...this.hostEnv, FACTS_LOG_LEVEL: 'silent' } })
  }

  /** `docker compose ...`: its output. Throws with what it said when it fails. */
  async compose(...args: readonly string[]): Promise<string> {
    return this.execute('docker', ['compose', ...args], this.env)
  }

  /** `npm run ...` on the host. */
  async npmRun(script: string, ...args: readonly string[]): Promise<string> {
    return this.execute('npm', ['run', '--silent', script, '--', ...args], this.hostEnv)
  }

  /** Builds the image and starts everything; resolves when all is healthy and the rows are seeded. */
  async up(): Promise<void> {
    try {
      await this.compose('up', '--detach', '--wait', '--wait-timeout', '420', '--quiet-pull')
    } catch (error) {
      const logs = await this.compose('logs', '--no-color', '--tail', '30')
      throw new Error(`${String(error)}\n${logs}`, { cause: error })
    }
  }

  /** Addresses on the host of each service, without other ports being set. */
  async usualAddresses(): Promise<Readonly<Record<string, readonly string[]>>> {
    const ports = Object.keys(this.env).filter((name) => name.endsWith('_PORT'))
    return this.addressesWith(Object.fromEntries(ports.map((name) => [name, ''])))
  }

  /** Addresses on the host of each service of this project. */
  async addresses(): Promise<Readonly<Record<string, readonly string[]>>> {
    return this.addressesWith(this.env)
  }

  async remove(): Promise<void> {
    await this.compose('down', '--volumes', '--remove-orphans', '--timeout', '20')
    await this.execute('docker', ['image', 'rm', '--force', this.name], {})
    rmSync(this.hostEnv['FACTS_HOME'] ?? '', { recursive: true, force: true })
  }

  /** Names of what there is of this project: containers, volumes, networks, images. */
  async remains(): Promise<readonly string[]> {
    const filter = ['--filter', `label=com.docker.compose.project=${this.name}`]
    const lists = await Promise.all([
      this.execute('docker', ['ps', '--all', ...filter, '--format', '{{.Names}}'], {}),
      this.execute('docker', ['volume', 'ls', ...filter, '--format', '{{.Name}}'], {}),
      this.execute('docker', ['network', 'ls', ...filter, '--format', '{{.Name}}'], {}),
      this.execute('docker', ['image', 'ls', this.name, '--format', '{{.Repository}}'], {}),
    ])
    return lists.flatMap((list) => list.split('\n')).filter((line) => line !== '')
  }

  private async addressesWith(
    env: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, readonly string[]>>> {
    const output = await this.execute('docker', ['compose', 'config', '--format', 'json'], env)
    const { services } = JSON.parse(output) as { services: Record<string, ServiceDefinition> }
    return Object.fromEntries(
      Object.entries(services).flatMap(([name, { ports: list = [] }]) =>
        list.length === 0
          ? []
          : [[name, list.map(({ host_ip, published }) => `${host_ip ?? '*'}:${published}`)]],
      ),
    )
  }

  private async execute(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    try {
      const { stdout } = await run(command, [...args], {
        cwd: packageRoot(),
        env: childEnvironment(env),
        maxBuffer: MAX_OUTPUT,
      })
      return stdout
    } catch (cause) {
      const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string }
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause })
    }
  }
}
