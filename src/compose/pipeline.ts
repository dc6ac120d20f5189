import { join } from 'node:path'
import type { AppConfig } from '../app/app-config'
import { factsHome } from '../config/config'
import { tablesOf } from '../fact/declare/tables-of'
import { LmdbBackend } from '../runtime/state/lmdb-backend'
import { StreamApp } from '../runtime/stream-app'
import type { Log } from '../broker/ports'
import type { Logger, Metrics } from '../telemetry'
import type { Topology } from '../topology/topology'
import { kafkaLog } from './kafka'

export interface StreamAppParts {
  readonly config: AppConfig
  readonly topology: Topology
  readonly logger: Logger
  readonly metrics: Metrics
}

export function streamApp({ config, topology, logger, metrics }: StreamAppParts): {
  readonly app: StreamApp
  readonly log: Log
} {
  const log = kafkaLog(config, logger)
  const { applicationId, badRecordsToStop, stallMs } = config.pipeline
  const { stateDir = join(factsHome(), 'state') } = config.pipeline
  const state = new LmdbBackend(stateDir, logger)
  metrics.countDecoded(tablesOf(config.app.facts).map(({ counts }) => counts))
  const parts = { topology, log, state, logger, metrics }
  return { app: new StreamApp({ applicationId, badRecordsToStop, stallMs, ...parts }), log }
}
