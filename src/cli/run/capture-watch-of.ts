import type { StreamAppParts } from '../../compose/pipeline'
import { capturedTopic } from '../../table/shape/captured-topic'
import type { Log } from '../../broker/ports'
import { CaptureWatch } from '../../runtime/watch/capture-watch'

/** Watches, by the connectors' heartbeats, whether changes of the topology's inputs are captured. */
export function captureWatchOf(
  log: Log,
  { config, topology, logger, metrics }: StreamAppParts,
): CaptureWatch {
  const topics = topology.sources.map(({ topic }) => topic)
  // Topics that are routed are not named after it.
  const { connector } = config.app.format?.settings ?? {}
  const connectorOf = (topic: string): string => connector ?? capturedTopic(topic).connector
  const names = new Set(topics.map(connectorOf))
  const connectors = [...names].map((name) => ({
    name,
    // Debezium's topic.heartbeat.prefix.
    heartbeats: `__debezium-heartbeat.${name}`,
    inputs: topics.filter((topic) => connectorOf(topic) === name),
  }))
  const { captureSilentMs: silentMs } = config.pipeline
  return new CaptureWatch({ admin: log.admin, connectors, logger, metrics, silentMs })
}
