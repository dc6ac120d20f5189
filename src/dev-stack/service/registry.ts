import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { FactsError } from '../../errors'
import { jvmArgs } from './jvm'
import type { JvmTuning } from './jvm'
import type { ServiceSpec } from './service'
import type { StackHome } from './stack-home'

export interface RegistryOptions {
  readonly home: StackHome
  readonly java: string
  /** Folder of the unpacked Apicurio archive. */
  readonly folder: string
  readonly port: number
  readonly path: string
  readonly tuning: JvmTuning
}

export interface RegistryServer extends ServiceSpec {
  /** Base of the Confluent-compatible API. */
  readonly url: string
}

/**
 * Apicurio Registry on an H2 file: schema ids are inside every fact on Kafka, so they must outlive the process, also
 * when it is killed (WRITE_DELAY=0 writes each commit at once; the default waits half a second).
 */
export function registryServer(options: RegistryOptions): RegistryServer {
  const { home, java, folder, port, path, tuning } = options
  mkdirSync(home.registry, { recursive: true })
  const jar = readdirSync(folder).find((file) => file.endsWith('-runner.jar'))
  if (jar === undefined) {
    throw new FactsError(
      'SERVICE_FAILED',
      `${folder} contains no registry. Remove that folder and run the command again; it will be downloaded again.`,
    )
  }
  const url = `http://127.0.0.1:${port}/apis/ccompat/v7`
  const flags = jvmArgs({
    heap: 256,
    tuning,
    properties: {
      'quarkus.http.host': '127.0.0.1',
      'quarkus.http.port': String(port),
      'quarkus.http.access-log.enabled': 'false',
      'apicurio.storage.kind': 'sql',
      'apicurio.storage.sql.kind': 'h2',
      'apicurio.datasource.url': `jdbc:h2:file:${join(home.registry, 'schemas')};WRITE_DELAY=0`,
      'apicurio.datasource.jdbc.initial-size': '2',
      'apicurio.datasource.jdbc.min-size': '2',
      'apicurio.datasource.jdbc.max-size': '16',
      'apicurio.import.work-dir': home.registry,
      'apicurio.storage.snapshot.location': home.registry,
    },
  })
  return {
    name: 'registry',
    command: java,
    args: [...flags, '-jar', join(folder, jar)],
    env: { PATH: path },
    cwd: home.registry,
    isReady: async () =>
      (await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(5_000) })).ok,
    stopSignal: 'SIGTERM',
    stopTimeout: 4_000,
    url,
  }
}
