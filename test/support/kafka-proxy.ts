import { once } from 'node:events'
import type { Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import type { Direction, Toxics } from './bad-network'
import { BadNetwork } from './bad-network'
import type { KafkaRequest } from './kafka-frames'
import { KafkaFrames, correlationIdOf, readRequest, responseBody } from './kafka-frames'

/**
 * What becomes of a request: it passes; it passes, its reply is lost and the connection cut; or it never arrives and the
 * connection is cut.
 */
export type Fate = 'passes' | 'reply is lost' | 'held'

type Decision = (request: KafkaRequest) => Fate | Promise<Fate>

interface Trap {
  readonly matches: (request: KafkaRequest) => boolean
  readonly decide: Decision
  readonly sprung: (request: KafkaRequest) => void
}

/** Unsent bytes of one direction of a connection beyond which nothing more is read. */
const MOST_WAITING = 256 * 1024

/** A proxy in front of a Kafka broker, which has to advertise it. */
export class KafkaProxy {
  private readonly network = new BadNetwork()
  private readonly connections = new Set<Connection>()
  private readonly counts = new Map<number, number>()
  private readonly traps = new Set<Trap>()
  private server: Server | undefined

  private constructor(
    readonly port: number,
    private readonly brokerPort: number,
  ) {}

  /** Listens on 127.0.0.1; the broker may be started later. */
  static async start(port: number, brokerPort: number): Promise<KafkaProxy> {
    const proxy = new KafkaProxy(port, brokerPort)
    await proxy.listen()
    return proxy
  }

  /** How many requests of an API have come. */
  count(apiKey: number): number {
    return this.counts.get(apiKey) ?? 0
  }

  /** The next request that matches meets this fate; resolves when it has. */
  next(matches: Trap['matches'], decide: Decision): Promise<KafkaRequest> {
    return new Promise((sprung) => this.traps.add({ matches, decide, sprung }))
  }

  /** Sends a request on a connection of its own, and gives what is answered, without the header. */
  async deliver(request: KafkaRequest): Promise<Buffer> {
    const socket = connect(this.brokerPort, '127.0.0.1')
    const frames = new KafkaFrames()
    try {
      socket.write(request.frame)
      for (;;) {
        const [bytes] = (await once(socket, 'data')) as [Buffer]
        for (const frame of frames.push(bytes)) return responseBody(frame)
      }
    } finally {
      socket.destroy()
    }
  }

  /** For all connections, those to come too. */
  become(toxics: Toxics): void {
    this.network.become(toxics)
  }

  /** Half open: nothing passes over the current connections any more, and neither end gets an error. New ones work. */
  silence(): void {
    for (const connection of this.connections) connection.silence()
  }

  /** Cuts every connection, and refuses new ones. */
  async refuse(): Promise<void> {
    const { server } = this
    this.server = undefined
    server?.close()
    for (const connection of this.connections) connection.cut()
    if (server !== undefined) await once(server, 'close')
  }

  /** Everything passes from now on, over the connections that are left and over new ones. */
  async heal(): Promise<void> {
    this.network.become({})
    if (this.server === undefined) await this.listen()
  }

  async close(): Promise<void> {
    this.network.become({})
    await this.refuse()
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const broker = connect({ port: this.brokerPort, host: '127.0.0.1', allowHalfOpen: true })
      const connection = new Connection(client, broker, this.network, (it) => this.decide(it))
      this.connections.add(connection)
      for (const socket of [client, broker]) {
        socket.once('close', () => {
          if (client.closed && broker.closed) this.connections.delete(connection)
        })
      }
    })
    server.listen(this.port, '127.0.0.1')
    await once(server, 'listening')
    this.server = server
  }

  private async decide(request: KafkaRequest): Promise<Fate> {
    this.counts.set(request.apiKey, this.count(request.apiKey) + 1)
    for (const trap of this.traps) {
      if (!trap.matches(request)) continue
      this.traps.delete(trap)
      const fate = await trap.decide(request)
      trap.sprung(request)
      return fate
    }
    return 'passes'
  }
}

/** A client's connection and the one to the broker that belongs to it. */
class Connection {
  private isSilent = false
  /** Of the requests whose reply will be lost. */
  private readonly losing = new Set<number>()

  constructor(
    private readonly client: Socket,
    private readonly broker: Socket,
    private readonly network: BadNetwork,
    decide: Decision,
  ) {
    broker.setNoDelay(true)
    this.pipe('requests', client, broker, async (frame) => {
      const request = readRequest(frame)
      const fate = await decide(request)
      if (fate === 'reply is lost') this.losing.add(request.correlationId)
      return fate !== 'held'
    })
    this.pipe('replies', broker, client, (frame) => !this.losing.has(correlationIdOf(frame)))
  }

  silence(): void {
    this.isSilent = true
  }

  cut(): void {
    this.client.destroy()
    this.broker.destroy()
  }

  /** One direction, in its order; the connection is cut at a frame that may not pass. */
  private pipe(
    direction: Direction,
    from: Socket,
    to: Socket,
    mayPass: (frame: Buffer) => boolean | Promise<boolean>,
  ): void {
    const frames = new KafkaFrames()
    let waiting = 0
    let sent = Promise.resolve()
    const then = (step: () => unknown): void => {
      sent = sent.then(async () => {
        if (!this.isSilent) await step()
      })
    }
    from.on('data', (bytes: Buffer) => {
      const arrival = this.network.arrival()
      waiting += bytes.length
      if (waiting > MOST_WAITING) from.pause()
      for (const frame of frames.push(bytes)) {
        then(async () => {
          if (!(await mayPass(frame))) {
            this.cut()
            return
          }
          await this.network.carry(frame, direction, arrival, (piece) => {
            if (!this.isSilent) to.write(piece)
          })
        })
      }
      then(() => {
        waiting -= bytes.length
        if (waiting <= MOST_WAITING) from.resume()
      })
    })
    from.on('end', () => then(() => to.end()))
    // After a reset there was no end.
    from.on('close', () => then(() => to.destroySoon()))
    from.on('error', () => undefined)
  }
}
