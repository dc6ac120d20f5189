import cluster from 'node:cluster'
import { Command } from 'commander'
import { appConfig } from '../app/app-config'
import { createLogger } from '../telemetry'
import { checkSourceAtStart } from './run/check-source-at-start'
import { demandRights } from './rights/demand-rights'
import { runPipeline } from './run/run-pipeline'
import { runWorkers } from './run/run-workers'

interface PipelineFlags {
  readonly workers?: string
  readonly httpPort?: string
}

/** `facts pipeline`: decode, enrich, transform, encode, commit; until a signal stops it. */
export function pipelineCommand(): Command {
  return new Command('pipeline')
    .description(
      'Turn row changes into facts, exactly once. Ctrl-C or SIGTERM drains, commits and stops it.',
    )
    .option(
      '--workers <n>',
      'processes in the consumer group on this machine (FACTS_PIPELINE_WORKERS)',
    )
    .option(
      '--http-port <port>',
      'port of /healthz, /readyz and /metrics, 0 takes a free one (FACTS_HTTP_PORT)',
    )
    .action(async ({ workers, httpPort }: PipelineFlags) => {
      const config = await appConfig({
        flags: {
          ...(workers === undefined ? {} : { pipeline: { workers } }),
          ...(httpPort === undefined ? {} : { http: { port: httpPort } }),
        },
      })
      if (cluster.isPrimary) {
        const logger = createLogger(config.log)
        await demandRights(config, 'pipeline', { waits: true, say: (line) => logger.warn(line) })
        for (const loss of config.app.losses) logger.warn(`The format loses something: ${loss}`)
        void checkSourceAtStart(config, logger)
      }
      const several = config.pipeline.workers > 1 && cluster.isPrimary
      process.exitCode = await (several ? runWorkers(config) : runPipeline(config))
    })
}
