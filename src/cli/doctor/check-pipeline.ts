import { z } from 'zod'
import { commandLine } from '../../command-line'
import type { Finding } from '../../dev-stack/machine/finding'

/** Lag in records from which a warning is due: some seconds of work. */
const LAG_WARNING = 10_000

const Lines = z.array(z.string()).optional()
const Readiness = z.looseObject({
  status: z.string(),
  opening: Lines,
  stalled: Lines,
  /** From which connectors nothing is captured, of one process or of each of its workers. */
  capture: Lines,
  workers: z.array(z.looseObject({ opening: Lines, stalled: Lines, capture: Lines })).optional(),
})

/** Whether a pipeline runs, is ready, and keeps up. Facts do not flow otherwise. */
export async function checkPipeline(url: string): Promise<readonly Finding[]> {
  const name = 'pipeline'
  let response: Response
  let metrics: string
  try {
    const signal = AbortSignal.timeout(5_000)
    response = await fetch(`${url}/readyz`, { signal })
    metrics = await (await fetch(`${url}/metrics`, { signal })).text()
  } catch {
    return [
      {
        name,
        status: 'fail',
        detail: `does not answer at ${url}, so no facts are produced`,
        remedy: `Start it (${commandLine('pipeline')}, or ${commandLine('start')}), or set http.host and http.port (FACTS_HTTP_HOST, FACTS_HTTP_PORT) to where it answers.`,
      },
    ]
  }
  const answer = Readiness.safeParse(await response.json().catch(() => undefined))
  if (!answer.success) {
    const detail = `the server at ${url} is not a pipeline (status ${response.status}), so no pipeline is known to run`
    const remedy = 'Give the pipeline another port: http.port / FACTS_HTTP_PORT.'
    return [{ name, status: 'fail', detail, remedy }]
  }
  const { status, ...rest } = answer.data
  const captured = linesOf(answer.data, 'capture').map(uncaptured)
  const held = [...linesOf(answer.data, 'opening'), ...linesOf(answer.data, 'stalled')]
  const isHeldUp = captured.length === 0 || held.length > 0
  if (!response.ok && isHeldUp) {
    const restored = sum(metrics, 'facts_restored_records_total') ?? 0
    const restoring = restored > 0 ? `; ${restored} records of state restored so far` : ''
    return [
      {
        name,
        status: 'fail',
        detail: `is not ready at ${url}, so no facts are made now: ${status}, ${summary(rest)}${restoring}`,
        remedy:
          'While it starts or restores its state, wait and check again; otherwise its log shows what it waits for.',
      },
      ...captured,
    ]
  }
  const detail = captured.length === 0 ? `ready at ${url}` : `runs at ${url}`
  return [{ name, status: 'ok', detail }, ...captured, lag(metrics)]
}

/** Of the process and of its workers, each once. */
function linesOf(
  { workers = [], ...own }: z.output<typeof Readiness>,
  key: 'opening' | 'stalled' | 'capture',
): readonly string[] {
  return [...new Set([own, ...workers].flatMap((one) => one[key] ?? []))]
}

function uncaptured(detail: string): Finding {
  return {
    name: 'capture',
    status: 'fail',
    detail,
    remedy:
      'See the checks of PostgreSQL, of the connector and of its snapshot. When the database answers again, capture resumes without action; otherwise the log of Kafka Connect has the error.',
  }
}

function lag(metrics: string): Finding {
  const name = 'pipeline lag'
  const lag = sum(metrics, 'facts_lag_records') ?? 0
  const detail = `${lag} records are not processed yet`
  if (lag <= LAG_WARNING) return { name, status: 'ok', detail }
  const remedy =
    'When it does not shrink: more workers (--workers), or another instance; its log shows when it waits.'
  return { name, status: 'warn', detail, remedy }
}

/** Over all labels; undefined when there is no such metric. */
function sum(metrics: string, name: string): number | undefined {
  const values = [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))]
  if (values.length === 0) return undefined
  return values.reduce((total, [, value]) => total + Number(value), 0)
}

/** The rest of its status, without the individual partitions. */
function summary(rest: Readonly<Record<string, unknown>>): string {
  return Object.entries(rest)
    .filter(([key, value]) => key !== 'capture' && value !== undefined)
    .map(([key, value]) =>
      key === 'partitions' && Array.isArray(value)
        ? `${value.length} partitions`
        : `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    .join(', ')
}
