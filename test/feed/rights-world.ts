import { FEED, FeedWorld, Status } from './feed-world'
import type { SeenPage } from './feed-world'
import type { SseClient } from './sse-client'
import type { TokenForm } from './token-issuer'
import { TokenIssuer } from './token-issuer'

export type Data = Readonly<Record<string, unknown>>

const [ACTIVE, DRAFT] = [Status.STATUS_ACTIVE, Status.STATUS_DRAFT]

export const ALL = { feeds: [FEED] }
export const ACTIVE_ONES = { feeds: [FEED], where: 'status == "STATUS_ACTIVE"' }
export const TITLES = { feeds: [FEED], fields: ['title', 'secondary.name'] }
export const SECONDARY = {
  id: 7n,
  name: 'seven',
  code: 's',
  rating: null,
  tags: [],
  settings: '{}',
  active: true,
  tertiary: null,
}

/** A feed that asks for tokens, and readers with the rights that a test gives them. */
export class RightsWorld {
  private constructor(
    readonly feed: FeedWorld,
    readonly issuer: TokenIssuer,
  ) {}

  static async start(perConsumer = 100): Promise<RightsWorld> {
    const issuer = await TokenIssuer.start('ES256')
    const sessions = { total: 100, perAddress: 100, perConsumer }
    const auth = issuer.verifier()
    return new RightsWorld(await FeedWorld.start({ server: { auth, sessions } }), issuer)
  }

  async headers(rights: unknown, form: TokenForm = {}): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.issuer.token(rights, {}, form)}` }
  }

  async page(rights: unknown, query = ''): Promise<SeenPage> {
    return this.feed.page(query, { headers: await this.headers(rights) })
  }

  async stream(rights: unknown, query = '', form: TokenForm = {}): Promise<SseClient> {
    return this.feed.stream(query, await this.headers(rights, form))
  }

  /** Status and body. */
  async ask(rights: unknown, path: string): Promise<readonly [number, Data]> {
    const response = await this.feed.get(path, { headers: await this.headers(rights) })
    return [response.status, (await response.json()) as Data]
  }

  /** 1 enters and leaves the active ones, 2 never was among them, 3 stays. */
  async write(): Promise<void> {
    const { feed } = this
    await feed.write({ id: 1n, title: 'a', status: ACTIVE, notes: 'x' })
    await feed.write({ id: 2n, title: 'b', status: DRAFT, notes: 'y' })
    await feed.write({ id: 3n, title: 'c', status: ACTIVE, quantity: 5, secondary: SECONDARY })
    await feed.write({ id: 1n, title: 'a', status: DRAFT, notes: 'secret' })
    await feed.write({ id: 2n, kind: 'deleted' })
  }

  async stop(): Promise<void> {
    await this.feed.stop()
    await this.issuer.stop()
  }
}

/** `add 1,remove 1` */
export const changesOf = (events: SeenPage['events']): string =>
  events.map(({ type, data }) => `${type} ${String(data['id'])}`).join()
