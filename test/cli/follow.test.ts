import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PositionRecord } from '../../src/client'
import { FEED, FeedWorld } from '../feed/feed-world'
import { Gateway } from '../client/gateway'
import { freePort } from '../support/feed-process'
import { FollowProcess } from '../support/follow-process'
import { temporaryFolder } from '../support/temporary-folder'
import { waitFor } from '../support/wait-for'

jest.setTimeout(120_000)

describe('facts follow', () => {
  let world: FeedWorld
  const path = (): string => `${folder.path}/position.json`
  const processes: FollowProcess[] = []
  const followFrom = (
    url: string | undefined,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): FollowProcess => {
    const started = new FollowProcess(url, [FEED, ...args], env)
    processes.push(started)
    return started
  }
  const follow = (...args: readonly string[]): FollowProcess => followFrom(world.url, args)
  const stored = (): { owner: string; record: PositionRecord } =>
    JSON.parse(readFileSync(path(), 'utf8')) as never
  beforeEach(async () => {
    world = await FeedWorld.start({ server: { heartbeatMs: 500 } })
  })
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((one) => one.end('SIGKILL')))
    await world.stop()
  })
  // Removed after the processes have ended.
  const folder = temporaryFolder()

  test('prints a line of JSON for each event, nothing else, and resumes where it was', async () => {
    await world.write({ id: 1n, title: 'one' }, { id: 2n, title: 'two' })
    const args = ['--position', path(), '--until', 'head', '--select', 'title', '--where', 'id > 1']
    const first = follow(...args)
    expect(await first.exited).toBe(0)
    expect(first.events).toMatchObject([{ type: 'add', data: { id: '2', title: 'two' } }])
    expect(first.log).toContain('No position is stored: starting fresh')
    expect(first.log).not.toContain('\u001b[')
    await world.write({ id: 2n, title: 'again' })
    const second = follow(...args)
    expect(await second.exited).toBe(0)
    expect(second.events).toMatchObject([{ type: 'update', data: { id: '2', title: 'again' } }])
    expect(second.log).toContain('Resuming at the stored position')
  })

  test('finds the feed of the local stack, wherever its port went', async () => {
    await world.write({ id: 1n })
    const { hostname: host, port } = new URL(world.url)
    writeFileSync(join(folder.path, 'endpoints.json'), JSON.stringify({ feed: { host, port } }))
    const found = followFrom(undefined, ['--until', 'head'], { FACTS_HOME: folder.path })
    expect(await found.exited).toBe(0)
    expect(found.events).toMatchObject([{ type: 'add', data: { id: '1' } }])
  })

  test('says what to do when there is no feed', async () => {
    const lost = followFrom(undefined, [], { FACTS_FEED_PORT: String(await freePort()) })
    await lost.says(/is unreachable.*Retrying; if it does not run, start it \(npm run feed/)
  })

  test('ends with an error that says what to fix', async () => {
    const ended = follow('--where', 'titel == "x"')
    expect(await ended.exited).toBe(1)
    expect(ended.log).toMatch(/filter-invalid.*titel.*\[FEED_REFUSED\]/s)
    expect(ended.events).toEqual([])
  })

  test('ends quietly when its output is closed', async () => {
    const piped = follow('--position', path())
    await piped.says('"status":"live"')
    piped.child.stdout?.destroy()
    await world.write({ id: 1n })
    expect(await piped.exited).toBe(0)
    expect(piped.log).not.toContain('"level":40')
    const next = follow('--position', path(), '--until', 'head')
    await next.exited
    expect(next.events).toHaveLength(1)
  })

  test('runs a command for each event, and again until it ends with 0', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    const out = `${folder.path}/out`
    const command = `cat >> ${out}; test $(grep -c . ${out}) -ne 1`
    const ended = follow('--exec', command, '--until', 'head')
    expect(await ended.exited).toBe(0)
    const lines = readFileSync(out, 'utf8').trim().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { data: { quantity: number } })
    expect(events.map(({ data }) => data.quantity)).toEqual([1, 1, 2])
    expect(ended.log).toContain('exit code 1')
  })

  test('ends after the attempts that it was given, and names the event', async () => {
    await world.write({ id: 7n })
    const ended = follow('--exec', 'exit 3', '--attempts', '2', '--position', path())
    expect(await ended.exited).toBe(1)
    expect(ended.log).toMatch(/failed 2 times for add of 7 \(fact primary\/7@\d+\).*exit code 3/)
    expect(ended.log).toContain('HANDLER_FAILED')
  })

  test('posts each event with the id of its fact, and takes nothing but 2xx for an answer', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    const hook = await Gateway.start(world.url)
    hook.answers.push(
      { status: 503 },
      { status: 302, headers: { location: world.url } },
      { status: 204 },
      { status: 200 },
    )
    const args = ['--webhook', hook.url, '--select', 'quantity', '--until', 'head']
    const ended = follow(...args)
    expect(await ended.exited).toBe(0)
    const keys = hook.requests.map(({ method, headers }) => [method, headers['idempotency-key']])
    expect(keys).toEqual([
      ['POST', expect.stringMatching(/^primary\/1@/)],
      keys[0],
      keys[0],
      ['POST', expect.stringMatching(/^primary\/1@/)],
    ])
    expect(keys[3]).not.toEqual(keys[0])
    await hook.stop()
  })

  test('ends on SIGTERM after the event being handled, with its position after it', async () => {
    await world.write({ id: 1n, quantity: 1 }, { id: 1n, quantity: 2 })
    const [began, go, done] = ['began', 'go', 'done'].map((name) => `${folder.path}/${name}`)
    const command = `cat >> ${done}; touch ${began}; while ! test -e ${go}; do sleep 0.05; done`
    const stopped = follow('--exec', command, '--position', path())
    await waitFor('the event in hand', () => existsSync(began ?? ''), 60_000)
    stopped.child.kill('SIGTERM')
    await stopped.says('Stopping after the events being handled')
    writeFileSync(go ?? '', '')
    expect(await stopped.exited).toBe(0)
    const next = follow('--position', path(), '--until', 'head')
    await next.exited
    expect(next.events).toMatchObject([{ data: { quantity: 2 } }])
  })

  describe('with its health asked after', () => {
    interface Health extends PositionRecord {
      readonly status: string
      readonly state: string
      readonly position: string
    }
    const ask = async (followed: FollowProcess): Promise<Health> =>
      (await (await fetch(await followed.health())).json()) as Health

    test('writes a health record to the position and answers with it', async () => {
      const followed = follow('--position', path(), '--health-port', '0')
      await followed.says('"status":"live"')
      await world.write({ id: 1n })
      await waitFor('the event', () => followed.events.length === 1, 60_000)
      const { cursor } = followed.events[0]!
      await waitFor('its position', () => stored().record.cursor === cursor)
      const health = await ask(followed)
      expect(health).toMatchObject({ status: 'ok', state: 'following', follower: FEED })
      expect(Math.abs(Date.parse(health.healthcheck_ts ?? '') - Date.now())).toBeLessThan(30_000)
      const { record } = stored()
      expect(record).toMatchObject({ ping: health.ping, healthcheck_ts: health.healthcheck_ts })
      expect(record.cursor).toBe(health.position)
      expect((await ask(followed)).ping).not.toBe(health.ping)
    })

    test('is not well before there is a position that it would resume from', async () => {
      const url = `http://127.0.0.1:${await freePort()}`
      const followed = new FollowProcess(url, [FEED, '--health-port', '0'])
      processes.push(followed)
      const response = await fetch(await followed.health())
      expect([response.status, await response.json()]).toMatchObject([
        503,
        { status: 'failed', detail: expect.stringMatching(/No position.*is stored yet/) },
      ])
    })

    test('killed with SIGKILL it resumes from its latest record', async () => {
      const args = ['--position', path(), '--health-port', '0']
      const first = follow(...args)
      await world.write({ id: 1n, quantity: 1 })
      await waitFor('the event', () => first.events.length === 1, 60_000)
      await waitFor(
        'its position',
        async () => (await ask(first)).position === first.events[0]?.cursor,
        60_000,
      )
      await first.end('SIGKILL')
      await world.write({ id: 1n, quantity: 2 })
      const second = follow(...args)
      await waitFor('what was missed', () => second.events.length === 1, 60_000)
      expect(second.events).toMatchObject([{ data: { quantity: 2 } }])
      expect(second.log).toContain('Resuming')
    })

    test('says that it starts fresh when its latest record is of the day before yesterday', async () => {
      await world.write({ id: 1n, quantity: 1 })
      expect(await follow('--position', path(), '--until', 'head').exited).toBe(0)
      const { owner, record } = stored()
      const then = new Date(Date.now() - 49 * 3_600_000).toISOString()
      const old = { ...record, kept_at: then, ping: 'p', healthcheck_ts: then }
      writeFileSync(path(), JSON.stringify({ owner, record: old }))
      const next = follow('--position', path(), '--until', 'head', '--health-port', '0')
      expect(await next.exited).toBe(0)
      expect(next.log).toContain('has expired: starting fresh')
      expect(next.events).toHaveLength(1)
    })

    test('answers 503 when its record cannot be written', async () => {
      const followed = follow('--position', path(), '--health-port', '0')
      await followed.says('"status":"live"')
      writeFileSync(path(), JSON.stringify({ ...stored(), owner: 'another' }))
      const response = await fetch(await followed.health())
      expect(response.status).toBe(503)
      expect(await response.json()).toMatchObject({
        status: 'failed',
        detail: expect.stringContaining('POSITION_TAKEN'),
      })
    })
  })
})
