import { Command } from 'commander'
import { auditor } from '../compose/audit'
import { kafkaLog } from '../compose/kafka'
import type { AppConfig } from '../app/app-config'
import { appConfig } from '../app/app-config'
import { startHealthServer } from '../health-server'
import type { Judgement, Mismatch } from '../observe/audit/completeness'
import { AuditMetrics, createLogger } from '../telemetry'
import { demandRights } from './rights/demand-rights'
import { stopSignal } from './run/stop-signal'

interface AuditFlags {
  readonly once?: boolean
  readonly httpPort?: string
}

/** `facts audit`: counts what arrived of each source transaction against its END record. */
export function auditCommand(): Command {
  return new Command('audit')
    .description(
      'The completeness alarm: checks for each source transaction whether all its changes arrived, and increments facts_audit_transactions_total{outcome="incomplete"} when not. Runs beside the pipeline.',
    )
    .option('--once', 'check what is on the topics now; exits 1 when something is missing')
    .option('--http-port <port>', 'port of /healthz and /metrics, 0 takes a free one')
    .action(async ({ once, httpPort }: AuditFlags) => {
      const flags = { http: { port: httpPort ?? '0' } }
      process.exitCode = await audit(once === true, await appConfig({ flags }))
    })
}

function explain({ transaction, table, expected, arrived }: Mismatch): string {
  return expected === null
    ? `Transaction ${transaction} never ended: ${arrived} changes of ${table} arrived before others began. Has the connector taken a new snapshot in the place of the rest?`
    : `Transaction ${transaction} changed ${expected} rows of ${table}, and ${arrived} arrived`
}

async function audit(once: boolean, config: AppConfig): Promise<number> {
  const logger = createLogger(config.log)
  await demandRights(config, 'audit', { waits: !once, say: (line) => logger.warn(line) })
  const metrics = new AuditMetrics()
  const log = kafkaLog(config, logger)
  const signal = stopSignal({ say: (line) => logger.fatal(line) })
  const seen = { complete: 0, incomplete: 0, changes: 0 }
  const onJudgement = (judgement: Judgement): void => {
    seen[judgement.kind] += 1
    metrics.transactions.inc({ outcome: judgement.kind })
    if (judgement.kind === 'complete') seen.changes += judgement.changes
    else {
      for (const mismatch of judgement.mismatches) {
        logger.error({ ...mismatch }, explain(mismatch))
      }
    }
  }
  const auditing = auditor({ config, log, logger, onJudgement })
  const health = once
    ? undefined
    : await startHealthServer({
        ...config.http,
        hosts: config.feed.hosts,
        metrics: () => metrics.registry.metrics(),
        ready: () => true,
        status: () => seen,
      })
  if (health !== undefined) logger.info({ url: health.url }, 'Health and metrics')
  try {
    const started = auditing.start(once ? 'earliest' : 'latest')
    await Promise.race([started, signal.stopped])
    if (once) await auditing.finish()
    else await signal.stopped
  } finally {
    signal.ending()
    await auditing.stop()
    await log.close()
    await health?.close()
    signal.release()
  }
  const { complete, incomplete, changes } = seen
  console.log(
    `${complete} transactions with ${changes} changes arrived completely${incomplete === 0 ? '' : `; ${incomplete} did not`}`,
  )
  return incomplete === 0 ? 0 : 1
}
