import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { runAppCommand } from '../../src/cli/run/run-app-command'
import { packageRoot } from '../../src/package-root'
import { FeedProcess, freePort } from '../support/feed-process'
import { FollowProcess } from '../support/follow-process'
import { FACTS, RunningLine } from '../support/running-line'
import { waitFor } from '../support/wait-for'
import { withClient } from '../support/with-client'

const FEED = 'wildapp.primary'
const ROWS = 200
const KILLS = 4

let line: RunningLine
let feed: FeedProcess

jest.setTimeout(240_000)
beforeAll(async () => {
  line = await RunningLine.start()
  await line.pipeline().ready()
  feed = await new FeedProcess(line.stack.home, await freePort()).ready()
  await line.seed(ROWS)
  await waitFor('facts', async () => (await line.end(FACTS)) >= BigInt(ROWS), 60_000)
  await line.committed()
}, 300_000)
afterAll(async () => {
  await feed.end('SIGTERM')
  await line.stop()
}, 60_000)

interface Seen {
  readonly subject: string
  readonly id: string
}

const bySubject = (seen: readonly Seen[]): Record<string, string[]> => {
  const subjects: Record<string, string[]> = {}
  for (const { subject, id } of seen) (subjects[subject] ??= []).push(id)
  return subjects
}

/** Every fact of the topic, each subject's in their order. */
const facts = async (): Promise<readonly Seen[]> =>
  (await line.read(FACTS)).map(({ key, headers }) => ({
    subject: String(key),
    id: String(headers['ce_id']),
  }))

async function churn(seconds: number): Promise<void> {
  const args = ['seed', '--number=0', '--churn', '--rate=100', `--duration=${seconds}`]
  expect(await runAppCommand(args, line.config, { onLine: () => undefined })).toBe(0)
}

const seenOf = ({ events }: FollowProcess): readonly Seen[] =>
  events.map(({ data }) => data['header'] as Seen & typeof data)

test('killed with SIGKILL while rows change, a follower has missed nothing when it is back, and repeats one event at most', async () => {
  const args = [FEED, '--position', join(line.stack.home, 'follower.json')]
  const runs: FollowProcess[] = []
  const begin = (...more: readonly string[]): FollowProcess => {
    const follower = new FollowProcess(feed.url, [...args, ...more])
    runs.push(follower)
    return follower
  }
  for (let kill = 0; kill < KILLS; kill += 1) {
    const churning = churn(6)
    const follower = begin()
    await waitFor('events', () => follower.events.length > 40, 60_000)
    expect(await follower.end('SIGKILL')).toBeNull()
    await churning
    // What it has missed, when it was killed late.
    await churn(1)
  }
  await line.committed()
  const last = begin('--until', 'head')
  expect(await last.exited).toBe(0)
  // Only the last event before a kill may be redelivered; facts of other subjects may precede it then.
  let repeated = 0
  const seen = runs.map(seenOf).flatMap((run, index, all) => {
    const last = all[index - 1]?.at(-1)
    const again = run.findIndex(({ id }) => id === last?.id)
    if (again >= 0) repeated += 1
    return run.filter((_, at) => at !== again)
  })
  expect(bySubject(seen)).toEqual(bySubject(await facts()))
  expect(repeated).toBeLessThanOrEqual(KILLS)
})

test('killed with SIGKILL, a follower that works in the transaction of its position has every fact once', async () => {
  const { url } = line.config.database
  await withClient(url, (client) =>
    client.query('CREATE TABLE followed (place serial, id text, subject text)'),
  )
  const followed = (): Promise<readonly Seen[]> =>
    withClient(url, async (client) => {
      const { rows } = await client.query<Seen>('SELECT id, subject FROM followed ORDER BY place')
      return rows
    })
  const begin = (): ChildProcess =>
    spawn(
      process.execPath,
      ['--require', 'tsx/cjs', join(__dirname, '../support/table-follower.ts'), feed.url, url],
      { cwd: packageRoot(), stdio: 'inherit' },
    )
  const ended = (child: ChildProcess): Promise<unknown> =>
    new Promise((resolve) => child.once('close', resolve))
  for (let kill = 0; kill < KILLS; kill += 1) {
    const churning = churn(6)
    const before = (await followed()).length
    const child = begin()
    const gone = ended(child)
    await waitFor('events', async () => (await followed()).length > before + 30, 60_000)
    child.kill('SIGKILL')
    await gone
    await churning
  }
  await line.committed()
  const expected = await facts()
  const last = begin()
  const gone = ended(last)
  await waitFor('all', async () => (await followed()).length >= expected.length, 60_000).catch(
    () => undefined,
  )
  last.kill('SIGTERM')
  await gone
  expect(bySubject(await followed())).toEqual(bySubject(expected))
})
