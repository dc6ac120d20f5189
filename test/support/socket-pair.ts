import type { Socket } from 'node:net'

/** Two connections, of which each ends with the other; both are in `open` as long as they are. */
export function pairSockets(near: Socket, far: Socket, open: Set<Socket>): void {
  for (const [socket, other] of [
    [near, far],
    [far, near],
  ] as const) {
    open.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => {
      open.delete(socket)
      other.destroy()
    })
  }
}

/** Hands on what came from the far side, as fast as the near one takes it; after the last of it both are cut. */
export function handOn(part: Buffer, near: Socket, far: Socket, isLast: boolean): void {
  const takesMore = near.write(part)
  if (isLast) near.end(() => far.destroy())
  else if (!takesMore) {
    far.pause()
    near.once('drain', () => far.resume())
  }
}
