import type { Registry } from 'prom-client'
import { AuditMetrics, FeedMetrics, FollowMetrics, Metrics } from '../../src/telemetry'

interface Registered {
  readonly name: string
  readonly type: string
  readonly labelNames?: readonly string[]
}

const registries: readonly Registry[] = [
  new Metrics().withProcessMetrics().registry,
  new FeedMetrics().registry,
  new FollowMetrics().registry,
  new AuditMetrics().registry,
]

/** Labels of each series that a process exports, by its name; a histogram has three. */
export const exportedMetrics: ReadonlyMap<string, readonly string[]> = new Map(
  registries
    .flatMap((registry) => registry.getMetricsAsArray() as unknown as readonly Registered[])
    .flatMap(({ name, type, labelNames = [] }) =>
      type === 'histogram'
        ? [
            [`${name}_bucket`, [...labelNames, 'le']] as const,
            [`${name}_sum`, labelNames] as const,
            [`${name}_count`, labelNames] as const,
          ]
        : [[name, labelNames] as const],
    ),
)
