import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { factsCommand } from '../../src/cli/facts-command'
import { loadConfig } from '../../src/config/config'
import { root } from '../support/source-files'

/*
 * The Kubernetes base: that its processes start with what they are given, and may do no more than they need. It parses each
 * manifest; the API's own schema is not checked here.
 */
interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } }
}
interface Container {
  readonly name: string
  readonly image: string
  readonly args: readonly string[]
  readonly env: readonly Variable[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>
    readonly limits: Readonly<Record<string, string>>
  }
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
  readonly [probeOrOther: string]: unknown
}
interface PodSpec {
  readonly enableServiceLinks: boolean
  readonly terminationGracePeriodSeconds?: number
  readonly automountServiceAccountToken: boolean
  readonly securityContext: unknown
  readonly containers: readonly [Container]
  readonly volumes: readonly { readonly name: string }[]
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: Readonly<Record<string, unknown>> & {
    readonly replicas?: number
    readonly selector?: unknown
    readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[]
    readonly template?: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> }
      readonly spec: PodSpec
    }
  }
}

const folder = join(root, 'deploy', 'kubernetes')
const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
const { resources, configMapGenerator } = parse(read('kustomization.yaml')) as {
  readonly resources: readonly string[]
  readonly configMapGenerator: readonly {
    readonly name: string
    readonly files: readonly string[]
  }[]
}
const manifests = resources.flatMap((name) =>
  parseAllDocuments(read(name)).map((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() as Manifest
  }),
)
const workloads = manifests.flatMap((manifest) => {
  const { template } = manifest.spec ?? {}
  if (template === undefined) return []
  const [container] = template.spec.containers
  return [{ manifest, pod: template.spec, labels: template.metadata.labels, container }]
})
const cases = workloads.map((one) => [one.manifest.metadata.name, one] as const)

const LONG = 'x'.repeat(40)
const SECRETS: Readonly<Record<string, string>> = {
  'database-url': 'postgres://facts:secret@postgres.example:5432/wildapp',
}

/** What the process reads in its pod. */
const environmentOf = ({ env }: Container): Record<string, string> =>
  Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? SECRETS[valueFrom?.secretKeyRef.key ?? ''] ?? LONG,
    ]),
  )

/** Seconds in which every verb that runs for long has ended (docs/health.md). */
const ENDED = 15

test('every file of the folder is a resource of the base, or its configuration', () => {
  const used = [...resources, ...configMapGenerator.flatMap(({ files }) => files)]
  expect([...used, 'kustomization.yaml'].toSorted()).toEqual(readdirSync(folder).toSorted())
})

test('no two manifests are the same object', () => {
  const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`)
  expect(new Set(names).size).toBe(names.length)
})

test('each process of a line has a workload', () => {
  expect(workloads.map(({ manifest, container }) => [manifest.kind, container.args[0]])).toEqual([
    ['Job', 'provision'],
    ['Job', 'register-connector'],
    ['Deployment', 'supervise'],
    ['StatefulSet', 'pipeline'],
    ['StatefulSet', 'feed'],
    ['Deployment', 'audit'],
  ])
})

describe.each(cases)('%s', (_name, { manifest, pod, labels, container }) => {
  test('runs a verb with options that it has', () => {
    const [verb, ...options] = container.args
    const command = factsCommand(verb).commands.find((one) => one.name() === verb)
    const known = command?.options.map(({ long }) => long)
    for (const option of options) expect(known).toContain(option.split('=')[0])
    expect(container.image).toBe('facts')
    expect(container['command']).toBeUndefined()
  })

  test('is given a configuration that is accepted', () => {
    const { FACTS_CONFIG, ...env } = environmentOf(container)
    expect(FACTS_CONFIG).toBe('/etc/facts/facts.yaml')
    expect(container.volumeMounts).toContainEqual({
      name: 'config',
      mountPath: '/etc/facts',
      readOnly: true,
    })
    expect(() => loadConfig({ env, file: join(folder, 'facts.yaml') })).not.toThrow()
  })

  test('listens on the ports that are named, on an address that others reach', () => {
    const { http, feed } = loadConfig({
      env: environmentOf(container),
      file: join(folder, 'facts.yaml'),
    })
    const named = Object.fromEntries(
      (container.ports ?? []).map(({ name, containerPort }) => [name, containerPort]),
    )
    const flag = container.args.find((one) => one.startsWith('--http-port='))?.split('=')[1]
    const expected: Readonly<Record<string, unknown>> = {
      pipeline: { health: http.port },
      feed: { feed: feed.port, health: feed.healthPort },
      audit: { health: Number(flag) },
    }
    expect(named).toEqual(expected[container.name] ?? {})
    expect([http.host, feed.host]).toEqual(['0.0.0.0', '0.0.0.0'])
  })

  test('is asked for its health by a name of its ports', () => {
    const probes = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (name) => (container[name] as { readonly httpGet: unknown } | undefined)?.httpGet,
    )
    const asked = (path: string): unknown => ({ path, port: 'health' })
    expect(probes).toEqual(
      container.ports === undefined
        ? [undefined, undefined, undefined]
        : [asked('/healthz'), asked('/healthz'), asked('/readyz')],
    )
  })

  test('has no rights that it does not need', () => {
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1000,
      fsGroup: 1000,
    })
    expect(pod.automountServiceAccountToken).toBe(false)
    expect(container['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
  })

  test('gets no variables of other services', () => {
    expect(pod.enableServiceLinks).toBe(false)
  })

  test('has the volumes that it mounts, and writes on them alone', () => {
    const claims = manifest.spec?.volumeClaimTemplates ?? []
    const volumes = [
      ...pod.volumes.map(({ name }) => name),
      ...claims.map((one) => one.metadata.name),
    ]
    expect(container.volumeMounts.map(({ name }) => name).toSorted()).toEqual(volumes.toSorted())
    const folders = container.env.filter(({ name }) => /_(DIR|HOME)$/.test(name))
    for (const { value } of folders) expect(value).toMatch(/^\/var\/lib\/facts(\/|$)/)
  })

  test('says what memory and CPU it asks for, and has a limit of memory', () => {
    expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory'])
    expect(Object.keys(container.resources.limits)).toEqual(['memory'])
  })

  test('is selected by the labels of its pods', () => {
    if (manifest.kind === 'Job') return
    expect(manifest.spec?.selector).toEqual({ matchLabels: labels })
  })

  test('has longer to end than it takes', () => {
    if (manifest.kind === 'Job') return
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(ENDED)
  })
})

test('an instance of the pipeline has a lasting name and keeps its state', () => {
  const pipeline = workloads.find(({ container }) => container.name === 'pipeline')
  expect(pipeline?.container.env).toContainEqual({
    name: 'FACTS_PIPELINE_INSTANCE_ID',
    value: 'hostname',
  })
  expect(pipeline?.manifest.spec?.volumeClaimTemplates).toHaveLength(1)
})

test('the processes of which there is one are never two', () => {
  const single = workloads.filter(({ manifest }) => manifest.kind === 'Deployment')
  expect(single).toHaveLength(2)
  for (const { manifest } of single) {
    expect(manifest.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } })
  }
})

test('services, budgets and policies select pods that exist and ports that these have', () => {
  const selecting = manifests.filter(({ kind }) =>
    ['Service', 'PodDisruptionBudget', 'NetworkPolicy'].includes(kind),
  )
  const names = workloads.map(({ labels }) => labels['app.kubernetes.io/name'])
  const ports = workloads.flatMap(({ container }) =>
    (container.ports ?? []).map(({ name }) => name),
  )
  for (const manifest of selecting) {
    const text = JSON.stringify(manifest.spec)
    for (const [, name] of text.matchAll(/"app\.kubernetes\.io\/name":"([\w-]+)"/g)) {
      expect(names).toContain(name)
    }
    for (const [, port] of text.matchAll(/"(?:targetPort|port)":"(\w+)"/g)) {
      expect(ports).toContain(port)
    }
  }
})

test('only those that ask the database know its password, and only the feed the secret of cursors', () => {
  const knowing = (name: string): readonly string[] =>
    workloads
      .filter(({ container }) => container.env.some((variable) => variable.name === name))
      .map(({ container }) => container.name)
  expect(knowing('FACTS_DATABASE_URL')).toEqual(['register-connector', 'supervise'])
  expect(knowing('FACTS_FEED_SECRET')).toEqual(['feed'])
})

test('the page names every key of the secret', () => {
  const keys = workloads.flatMap(({ container }) =>
    container.env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef.key ?? []),
  )
  const page = readFileSync(join(root, 'docs', 'production.md'), 'utf8')
  for (const key of keys) expect(page).toContain(`--from-literal=${key}=`)
})
