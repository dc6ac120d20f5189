import { CHANGES, FACTS } from '../support/running-line'
import type { RunningLine } from '../support/running-line'
import type { PipelineProcess } from '../support/pipeline-process'
import { onDatabase, withClient } from '../support/with-client'
import { FactWatch } from './fact-watch'

const PATIENCE_MS = 15_000
const LOG_LINES = 25
/** What a pipeline exports of how far it is, and of what it has redone. */
const TELLING = /^facts_(lag|consumer_lag|task_restores|transactions|rebalances|dead_letters)/

/** All that may say why no facts flow: each part of the line, as it is now. Never rejects. */
export async function describeLine(
  line: RunningLine,
  pipelines: ReadonlyMap<string, PipelineProcess>,
): Promise<string> {
  const parts = await Promise.all([
    part('connector', () => connector(line)),
    part('replication slots', () => slots(line)),
    part(CHANGES, () => ends(line, CHANGES)),
    part(FACTS, () => ends(line, FACTS)),
    part('a new reader of the facts', () => newReader(line)),
    ...[...pipelines].map(([name, pipeline]) => part(`pipeline ${name}`, () => state(pipeline))),
  ])
  return parts.join('\n')
}

async function part(name: string, ask: () => Promise<string>): Promise<string> {
  const late = new Promise<string>((resolve) =>
    setTimeout(() => resolve(`no answer within ${PATIENCE_MS} ms`), PATIENCE_MS).unref(),
  )
  const answer = await Promise.race([ask(), late]).catch((error: unknown) => String(error))
  return `${name}: ${answer}`
}

const connector = async ({ config }: RunningLine): Promise<string> =>
  (await fetch(`${config.connect.url}/connectors/monolith/status`)).text()

function slots({ config, stack }: RunningLine): Promise<string> {
  const { url } = config.database
  const superuser = onDatabase(new URL(url).pathname.slice(1), stack.superuserUrl ?? url)
  return withClient(superuser, async (client) => {
    const { rows } = await client.query(
      `SELECT slot_name, active, active_pid, restart_lsn, confirmed_flush_lsn, wal_status,
         pg_current_wal_lsn() AS now, (SELECT count(*) FROM pg_stat_activity WHERE state = 'active') AS busy
       FROM pg_replication_slots`,
    )
    return JSON.stringify(rows)
  })
}

async function ends({ log }: RunningLine, topic: string): Promise<string> {
  const offsets = await log.admin.offsets(topic)
  return [...offsets].map(([partition, { high }]) => `${partition}: ${high}`).join(', ')
}

/** Whether facts flow, and only the reader that watches does not see them. */
async function newReader({ log, config }: RunningLine): Promise<string> {
  const watch = new FactWatch(log, config.topics.partitions)
  try {
    await watch.start()
    await watch.catchUp()
    return watch.describe()
  } finally {
    await watch.stop()
  }
}

async function state(pipeline: PipelineProcess): Promise<string> {
  const { exitCode, signalCode } = pipeline.child
  const log = pipeline.log.split('\n').slice(-LOG_LINES).join('\n')
  if (exitCode !== null || signalCode !== null)
    return `ended (${exitCode ?? signalCode ?? ''})\n${log}`
  const answer = await pipeline.ask('/readyz').catch((error: unknown) => String(error))
  const metrics = await pipeline.ask('/metrics').catch((error: unknown) => String(error))
  const telling = metrics.split('\n').filter((text) => TELLING.test(text))
  return [answer, ...telling, log].join('\n')
}
