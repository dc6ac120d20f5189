import { writeFileSync } from 'node:fs'
import { FEED, FeedWorld } from '../feed/feed-world'
import { Gateway } from '../client/gateway'
import { FollowProcess } from '../support/follow-process'
import { temporaryFolder } from '../support/temporary-folder'
import { WebhookServer } from './follow/webhook-server'

jest.setTimeout(120_000)

const SECRET = /hunter2|tok3n/

describe('facts follow that was given secrets', () => {
  let world: FeedWorld
  let gateway: Gateway
  let hook: WebhookServer
  const processes: FollowProcess[] = []
  beforeEach(async () => {
    world = await FeedWorld.start()
    gateway = await Gateway.start(world.url)
    hook = await WebhookServer.start()
  })
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((one) => one.end('SIGKILL')))
    await Promise.all([gateway.stop(), hook.stop()])
    await world.stop()
  })
  const folder = temporaryFolder()
  const follow = (url: string, ...args: readonly string[]): FollowProcess => {
    const started = new FollowProcess(url, [FEED, ...args])
    processes.push(started)
    return started
  }
  const withUser = (url: string): string => url.replace('://', '://me:hunter2-%C3%A9@')

  test('in both addresses works with them, and says none of them when both fail', async () => {
    await world.write({ id: 1n })
    gateway.answers.push({ status: 503 })
    const answers = [500, 204]
    hook.answer = () => ({ status: answers.shift() ?? 204 })
    const webhook = `${withUser(hook.url)}?token=tok3n-of-twelve`
    const ended = follow(withUser(gateway.url), '--webhook', webhook, '--until', 'head')
    expect(await ended.exited).toBe(0)
    const basic = `Basic ${Buffer.from('me:hunter2-é').toString('base64')}`
    expect(gateway.requests.at(-1)?.headers.authorization).toBe(basic)
    expect(hook.posted.map(({ headers }) => headers.authorization)).toEqual([basic, basic])
    expect(ended.log).toContain('503')
    expect(ended.log).toContain('the webhook answered 500')
    expect(ended.log).not.toMatch(SECRET)
    expect(ended.log).not.toContain(basic.slice(6))
  })

  test.each([
    ['a query in the address', ['--url', 'http://me:hunter2@127.0.0.1:9/?token=tok3n'], 'query'],
    ['a consumer that no header can have', ['--consumer', 'tok3n…'], 'x-consumer-id'],
  ])('and %s ends at once, and says what to fix', async (_title, args, expected) => {
    const ended = follow(world.url, ...args)
    expect(await ended.exited).toBe(1)
    expect(ended.log).toContain(expected)
    expect(ended.log).toContain('CONFIG_INVALID')
    expect(ended.log).not.toMatch(SECRET)
    expect(ended.log).not.toContain('Retrying')
  })

  test('and a token file with two lines ends at once', async () => {
    writeFileSync(`${folder.path}/token`, 'tok3n-one\ntok3n-two\n')
    const ended = follow(gateway.url, '--token-file', `${folder.path}/token`)
    expect(await ended.exited).toBe(1)
    expect(ended.log).toContain('Write the token alone into it')
    expect(ended.log).not.toMatch(SECRET)
    expect(gateway.requests).toEqual([])
  })
})
