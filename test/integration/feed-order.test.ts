import { runAppCommand } from '../../src/cli/run/run-app-command'
import { microseconds } from '../../src/feed/cursor/commit-time'
import type { SeenEvent } from '../feed/sse-client'
import { SseClient } from '../feed/sse-client'
import { FeedProcess, freePort } from '../support/feed-process'
import { FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'

const ROWS = 300
const WINDOW_MS = 500
const PAGES = '/feeds/wildapp.primary'
const ORDER = `order=commit&window=${WINDOW_MS}&select=header`

let line: RunningLine
let feed: FeedProcess
let clients: readonly SseClient[] = []

jest.setTimeout(300_000)
beforeAll(async () => {
  line = await RunningLine.start()
  await line.pipeline().ready()
  feed = await new FeedProcess(line.stack.home, await freePort()).ready()
  await line.seed(ROWS)
}, 300_000)
afterAll(async () => {
  for (const client of clients) client.close()
  await feed.end('SIGTERM')
  await line.stop()
}, 120_000)

interface SentFact {
  readonly id: string
  readonly subject: string
  readonly place: readonly [bigint, bigint]
  readonly isLate: boolean
}

function sentOf({ data, txn_ts, late }: SeenEvent['data'] & { readonly late?: boolean }): SentFact {
  const { id, subject, source } = data['header'] as {
    readonly id: string
    readonly subject: string
    readonly source: { readonly lsn: string }
  }
  const place = [microseconds(txn_ts ?? '') ?? 0n, BigInt(source.lsn)] as const
  return { id, subject, place, isLate: late ?? false }
}

const ids = (facts: readonly SentFact[]): readonly string[] => facts.map(({ id }) => id).sort()

async function onTopic(): Promise<readonly string[]> {
  return (await line.read(FACTS)).map(({ headers }) => String(headers['ce_id'])).sort()
}

test('R67, R69: a fast stream and a sweep of changing rows are complete, in order, and one contains the other', async () => {
  const stream = `${feed.url}${PAGES}/stream?${ORDER}&start=earliest`
  clients = await Promise.all([
    SseClient.open(`${stream}&lag=1000`),
    SseClient.open(`${stream}&lag=15000`),
  ])
  const [fast, sweep] = clients as readonly [SseClient, SseClient]
  const args = ['seed', '--number=0', '--churn', '--rate=100', '--duration=8']
  expect(await runAppCommand(args, line.config, { onLine: () => undefined })).toBe(0)
  await line.committed()
  const facts = await onTopic()
  expect(facts.length).toBeGreaterThan(ROWS)
  const seen = (client: SseClient): readonly SentFact[] =>
    client.facts.map(({ data }) => sentOf(data))
  await waitFor('the fast one', () => fast.facts.length >= facts.length, 60_000)
  await waitFor('the sweep', () => sweep.facts.length >= facts.length, 60_000)
  for (const client of [fast, sweep]) expect(ids(seen(client))).toEqual(facts)

  const inPlace = new Set(ids(seen(sweep).filter(({ isLate }) => !isLate)))
  const fastInPlace = seen(fast).filter(({ isLate }) => !isLate)
  expect(fastInPlace.filter(({ id }) => !inPlace.has(id))).toEqual([])

  let last: readonly [bigint, bigint] = [0n, 0n]
  let back = 0
  for (const { place, isLate } of seen(sweep)) {
    if (isLate) continue
    if (place[0] < last[0] || (place[0] === last[0] && place[1] < last[1])) back += 1
    last = place
  }
  expect(back).toBe(0)
})
