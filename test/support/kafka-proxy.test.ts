import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { choosePorts } from '../../src/dev-stack/ports/ports'
import { KafkaFrames } from './kafka-frames'
import { KafkaProxy } from './kafka-proxy'
import { waitFor } from './wait-for'

/** Answers each request with its body, as a broker would with something else. */
class Echo {
  private readonly sockets = new Set<Socket>()
  readonly bodies: string[] = []
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Echo> {
    const server = createServer()
    const echo = new Echo(server)
    server.on('connection', (socket) => echo.take(socket))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return echo
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  get connected(): number {
    return [...this.sockets].filter((socket) => !socket.closed).length
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    this.server.close()
    await once(this.server, 'close')
  }

  private take(socket: Socket): void {
    const frames = new KafkaFrames()
    this.sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      for (const frame of frames.push(bytes)) {
        const body = frame.subarray(16)
        this.bodies.push(body.toString())
        const head = Buffer.alloc(8)
        head.writeInt32BE(4 + body.length, 0)
        frame.copy(head, 4, 8, 12)
        socket.write(Buffer.concat([head, body]))
      }
    })
  }
}

class TestClient {
  readonly replies: string[] = []
  pieces = 0
  isClosed = false
  private readonly frames = new KafkaFrames()
  private constructor(readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => {
      this.pieces += 1
      for (const frame of this.frames.push(bytes)) {
        this.replies.push(`${frame.readInt32BE(4)} ${frame.toString('utf8', 8)}`)
      }
    })
    socket.on('error', () => undefined)
    socket.on('close', () => (this.isClosed = true))
  }

  static async connect(port: number): Promise<TestClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new TestClient(socket)
  }

  send(apiKey: number, correlationId: number, body: string): void {
    const frame = Buffer.alloc(16)
    frame.writeInt32BE(12 + body.length, 0)
    frame.writeInt16BE(apiKey, 4)
    frame.writeInt32BE(correlationId, 8)
    frame.write('me', 14)
    frame.writeInt16BE(2, 12)
    this.socket.write(Buffer.concat([frame, Buffer.from(body)]))
  }

  reply(text: string): Promise<true> {
    return waitFor(`the reply ${text}`, () => this.replies.includes(text))
  }

  closed(): Promise<true> {
    return waitFor('the connection to be closed', () => this.isClosed)
  }
}

let echo: Echo
let proxy: KafkaProxy
let clients: TestClient[]
beforeEach(async () => {
  clients = []
  echo = await Echo.start()
  const { kafka } = await choosePorts({ names: ['kafka'], usual: {} })
  proxy = await KafkaProxy.start(kafka, echo.port)
})
afterEach(async () => {
  for (const { socket } of clients) socket.destroy()
  await proxy.close()
  await echo.stop()
})

async function newClient(): Promise<TestClient> {
  const client = await TestClient.connect(proxy.port)
  clients.push(client)
  return client
}
const isEndTxn = ({ apiKey }: { readonly apiKey: number }): boolean => apiKey === 26

test('requests and replies pass, and are counted by their API', async () => {
  const client = await newClient()
  client.send(3, 1, 'one')
  client.send(26, 2, 'two')
  client.send(3, 3, 'three')
  await client.reply('3 three')
  expect(client.replies).toEqual(['1 one', '2 two', '3 three'])
  expect([proxy.count(3), proxy.count(26), proxy.count(0)]).toEqual([2, 1, 0])
})

test('a client that closes is closed at the broker too', async () => {
  const client = await newClient()
  client.send(3, 1, 'one')
  await client.reply('1 one')
  client.socket.end()
  await client.closed()
  await waitFor('the broker to notice', () => echo.connected === 0)
})

test('a reply is lost and the connection cut, once', async () => {
  const lost = proxy.next(isEndTxn, () => 'reply is lost')
  const client = await newClient()
  client.send(3, 1, 'before')
  client.send(26, 2, 'end')
  expect(await lost).toMatchObject({ apiKey: 26, correlationId: 2, clientId: 'me' })
  await client.closed()
  expect(client.replies).toEqual(['1 before'])
  expect(echo.bodies).toEqual(['before', 'end'])
  const again = await newClient()
  again.send(26, 3, 'again')
  await again.reply('3 again')
})

test('a request is held, its connection cut, and delivered later on a connection of its own', async () => {
  const held = proxy.next(isEndTxn, () => 'held')
  const client = await newClient()
  client.send(26, 7, 'end')
  const request = await held
  await client.closed()
  expect(echo.bodies).toEqual([])
  expect((await proxy.deliver(request)).toString()).toBe('end')
})

test('bytes after a request wait until its fate is decided', async () => {
  let decide: () => void = () => undefined
  const decided = new Promise<void>((resolve) => (decide = resolve))
  const passed = proxy.next(isEndTxn, async () => {
    await decided
    return 'passes' as const
  })
  const client = await newClient()
  const other = await newClient()
  client.send(26, 1, 'end')
  client.send(3, 2, 'later')
  other.send(3, 3, 'other')
  await other.reply('3 other')
  expect(echo.bodies).toEqual(['other'])
  decide()
  await passed
  await client.reply('2 later')
})

test('latency delays each way', async () => {
  proxy.become({ latencyMs: 100, jitterMs: 20 })
  const client = await newClient()
  const from = Date.now()
  client.send(3, 1, 'slow')
  await client.reply('1 slow')
  expect(Date.now() - from).toBeGreaterThanOrEqual(155)
})

test('a limit holds for all connections together', async () => {
  proxy.become({ bytesPerSecond: 200_000 })
  const both = [await newClient(), await newClient()]
  const from = Date.now()
  const text = 'x'.repeat(30_000)
  for (const client of both) client.send(3, 1, text)
  await Promise.all(both.map((client) => client.reply(`1 ${text}`)))
  expect(Date.now() - from).toBeGreaterThanOrEqual(290)
})

test('bytes arrive in small pieces, none lost', async () => {
  proxy.become({ sliceBytes: 7 })
  const client = await newClient()
  const text = 'abcdefgh'.repeat(500)
  client.send(3, 1, text)
  await client.reply(`1 ${text}`)
  expect(client.pieces).toBeGreaterThan(10)
})

test('in a black hole bytes are stuck, without an error, and they arrive when it ends', async () => {
  const client = await newClient()
  proxy.become({ blackHole: 'both' })
  client.send(3, 1, 'stuck')
  const late = await newClient()
  late.send(3, 2, 'late')
  await waitFor('both requests to be there', () => proxy.count(3) === 2)
  expect([echo.bodies, client.isClosed, late.isClosed]).toEqual([[], false, false])
  await proxy.heal()
  await client.reply('1 stuck')
  await late.reply('2 late')
})

test('a black hole for replies lets requests pass', async () => {
  proxy.become({ blackHole: 'replies' })
  const client = await newClient()
  client.send(3, 1, 'heard')
  await waitFor('the request', () => echo.bodies.length === 1)
  expect(client.replies).toEqual([])
  await proxy.heal()
  await client.reply('1 heard')
})

test('half-open connections are silent indefinitely, and new ones work', async () => {
  const old = await newClient()
  old.send(3, 1, 'before')
  await old.reply('1 before')
  proxy.silence()
  old.send(3, 2, 'unheard')
  const fresh = await newClient()
  fresh.send(3, 3, 'fresh')
  await fresh.reply('3 fresh')
  old.socket.end()
  await proxy.heal()
  expect([echo.bodies, old.isClosed, echo.connected]).toEqual([['before', 'fresh'], false, 2])
})

test('refused clients are refused until it heals', async () => {
  const old = await newClient()
  await proxy.refuse()
  await old.closed()
  await expect(newClient()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await proxy.heal()
  const fresh = await newClient()
  fresh.send(3, 1, 'healed')
  await fresh.reply('1 healed')
})
