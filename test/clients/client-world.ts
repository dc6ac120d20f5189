import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { Server } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { FeedServer } from '../../src/feed/http/feed-server'
import { FeedWorld, STREAM } from '../feed/feed-world'
import { freePort } from '../support/feed-process'
import { RandomCutter } from './random-cutter'
import type { ReverseProxy } from './reverse-proxy'
import { startHaproxy, startNginx } from './reverse-proxy'

/** The ways from a client to the feed. The first is the server's own port, the others are cut. */
export const WAYS = ['direct', 'cut', 'nginx', 'haproxy'] as const

/** What is in the set, and what is not: heartbeats tell that it was passed over. */
export const WHERE = 'quantity < 1000'

/** One feed, two servers of it, and the proxies between them and their readers. */
export class ClientWorld {
  feed!: FeedWorld
  /** An empty page of another origin. */
  page = ''
  private pageServer!: Server
  private readonly servers: FeedServer[] = []
  /** Before each server, for the proxies. */
  private readonly backs: RandomCutter[] = []
  private readonly proxies: ReverseProxy[] = []
  /** Of each client, those of its ways that are cut. */
  private readonly fronts: (readonly RandomCutter[])[] = []
  private readonly ports: number[] = []
  private readonly proxyPorts: number[] = []

  static async start(): Promise<ClientWorld> {
    const world = new ClientWorld()
    await world.openPage()
    world.feed = await FeedWorld.start()
    for (const seed of [1, 2]) await world.openServer(seed)
    for (const [name, start] of [
      ['nginx', startNginx],
      ['haproxy', startHaproxy],
    ] as const) {
      const [folder, port] = [join(world.feed.folder, name), await freePort()]
      mkdirSync(folder)
      const targets = world.backs.map(({ port: target }) => target)
      world.proxies.push(await start({ folder, port, targets }))
      world.proxyPorts.push(port)
    }
    return world
  }

  /** The stream, without anything between. */
  get direct(): string {
    return `http://127.0.0.1:${this.ports[0] ?? 0}${STREAM}`
  }

  /** Addresses of the stream for a client of its own, one for each way. */
  async ways(seed: number): Promise<readonly string[]> {
    const [server = 0] = this.ports
    const fronts: RandomCutter[] = []
    for (const [index, target] of [server, ...this.proxyPorts].entries()) {
      const cuts = { cuts: 5, least: 800, most: 12_000 }
      const port = await freePort()
      fronts.push(await RandomCutter.start({ port, target, seed: seed * 10 + index, ...cuts }))
    }
    this.fronts.push(fronts)
    const query = new URLSearchParams({ start: 'earliest', where: WHERE }).toString()
    const hosts = [`http://127.0.0.1:${server}`, ...fronts.map(({ url }) => url)]
    return hosts.map((host) => `${host}${STREAM}?${query}`)
  }

  /** Cuts all that are connected through a proxy or a cutter. What each client comes back with, by its way. */
  cut(): readonly (readonly { readonly lastEventId: () => string | undefined }[])[] {
    return this.fronts.map((fronts) =>
      fronts.map((front) => {
        const before = front.lastEventIds.length
        front.cut()
        return { lastEventId: () => front.lastEventIds[before] }
      }),
    )
  }

  /** SIGTERM to the first server, and a new one at its port. The second one stays, for the proxies. */
  async restart(): Promise<void> {
    const [server] = this.servers
    const [back] = this.backs
    // What forwards to a port at which nothing listens must not listen either.
    back?.refuse()
    await server?.close()
    this.servers[0] = await this.serve(this.ports[0] ?? 0)
    await back?.accept()
  }

  async stop(): Promise<void> {
    for (const cutter of [...this.fronts.flat(), ...this.backs]) cutter.stop()
    await Promise.all(this.proxies.map((proxy) => proxy.stop()))
    await Promise.all(this.servers.map((server) => server.close()))
    await this.feed.stop()
    this.pageServer.closeAllConnections()
    this.pageServer.close()
  }

  private async openServer(seed: number): Promise<void> {
    const target = await freePort()
    this.ports.push(target)
    this.servers.push(await this.serve(target))
    const cuts = { cuts: 24, least: 2_000, most: 40_000 }
    this.backs.push(await RandomCutter.start({ port: await freePort(), target, seed, ...cuts }))
  }

  private serve(port: number): Promise<FeedServer> {
    return this.feed.serve({
      port,
      corsOrigins: [new URL(this.page).origin],
      heartbeatMs: 1_000,
      drainMs: 4_000,
    })
  }

  private async openPage(): Promise<void> {
    this.pageServer = createServer((_request, reply) => {
      reply
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<!doctype html><title>page</title>')
    })
    this.pageServer.listen(0, '127.0.0.1')
    await once(this.pageServer, 'listening')
    this.page = `http://127.0.0.1:${(this.pageServer.address() as AddressInfo).port}/`
  }
}
