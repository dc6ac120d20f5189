import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { once } from 'node:events'
import { handOn, pairSockets } from '../support/socket-pair'

/** A proxy between a follower and its server: closes connections, falls silent, counts the bytes. */
export class CuttingProxy {
  /** Bytes that the next connections may bring before they are cut. */
  cutAfter: () => number = () => Number.POSITIVE_INFINITY
  /** Takes everything, and lets nothing through. */
  isSilent = false
  connections = 0
  cuts = 0
  /** To the follower. */
  bytes = 0
  private server!: Server
  private readonly sockets = new Set<Socket>()

  private constructor(private readonly target: () => string) {}

  /** `target`: the server's address, which may change. */
  static async start(target: () => string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(target)
    proxy.server = createServer((socket) => proxy.join(socket))
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** All that are open. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    this.cut()
    this.server.close()
    await once(this.server, 'close')
  }

  private join(near: Socket): void {
    this.connections += 1
    const far = connect(Number(new URL(this.target()).port), '127.0.0.1')
    let left = this.cutAfter()
    pairSockets(near, far, this.sockets)
    near.on('data', (chunk: Buffer) => far.write(chunk))
    far.on('data', (chunk: Buffer) => {
      if (this.isSilent) return
      const part = chunk.subarray(0, Math.min(left, chunk.length))
      left -= part.length
      this.bytes += part.length
      if (left <= 0) this.cuts += 1
      handOn(part, near, far, left <= 0)
    })
  }
}
