import { createServer } from 'node:net'
import { FactsError } from '../../errors'
import type { PortReservations } from './port-reservations'

/** Listening sockets of a stack. */
export const PORT_NAMES = [
  'postgres',
  'kafka',
  'controller',
  'registry',
  'connect',
  'kafka2',
  'controller2',
  'kafka3',
  'controller3',
] as const
export type PortName = (typeof PORT_NAMES)[number]
export type Ports = Readonly<Record<PortName, number>>

export const USUAL_PORTS: Ports = {
  postgres: 5432,
  kafka: 9092,
  controller: 9093,
  registry: 8081,
  connect: 8083,
  kafka2: 9094,
  controller2: 9095,
  kafka3: 9096,
  controller3: 9097,
}

/** Below every system's range for outgoing connections, so that no client socket takes one between choice and use. */
const FREE_RANGE = { from: 15_000, to: 32_000 } as const

export interface ChoosePortsOptions {
  /** Must be had: PORT_TAKEN otherwise. */
  readonly asked?: Partial<Ports>
  /** Taken when free: those of the last run. */
  readonly previous?: Partial<Ports>
  /** Taken when free and there is no previous one. */
  readonly usual?: Partial<Ports>
  /** The sockets to choose for; default all. */
  readonly names?: readonly PortName[]
  /** Keeps what is chosen from other stacks that choose at the same time. */
  readonly reservations?: PortReservations
}

/** A port for each name: asked, previous, usual, or any that is free, in this order. Throws FactsError PORT_TAKEN. */
export async function choosePorts(options: ChoosePortsOptions = {}): Promise<Ports> {
  const { asked = {}, previous = {}, usual = USUAL_PORTS, names = PORT_NAMES } = options
  const { reservations } = options
  const canHave = async (port: number): Promise<boolean> => {
    if (reservations?.take(port) === false) return false
    if (await isPortFree(port)) return true
    reservations?.give(port)
    return false
  }
  const chosen: Partial<Record<PortName, number>> = {}
  const given = new Set<number>(Object.values(asked))
  const offer = async (port: number | undefined): Promise<boolean> =>
    port !== undefined && !given.has(port) && (await canHave(port))
  for (const name of names) {
    const wanted = asked[name]
    if (wanted !== undefined) {
      if (!(await canHave(wanted))) throw taken(name, wanted)
      chosen[name] = wanted
      continue
    }
    let port = (await offer(previous[name])) ? previous[name] : undefined
    port ??= (await offer(usual[name])) ? usual[name] : undefined
    while (port === undefined) {
      const any = FREE_RANGE.from + Math.floor(Math.random() * (FREE_RANGE.to - FREE_RANGE.from))
      if (await offer(any)) port = any
    }
    given.add(port)
    chosen[name] = port
  }
  return { ...USUAL_PORTS, ...chosen }
}

/**
 * True when no process listens on the port, on any address: a client that connects to `localhost` may reach another address
 * than the server's.
 */
export async function isPortFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1', '0.0.0.0', '::']) {
    if (!(await canListen(port, host))) return false
  }
  return true
}

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      // Without IPv6 there is no collision; EACCES means a port below 1024.
      resolve(error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT')
    })
    server.listen({ port, host, exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}

function taken(name: PortName, port: number): FactsError {
  return new FactsError(
    'PORT_TAKEN',
    `Port ${port}, requested for ${name}, is in use by another program. End that program (lsof -i :${port} names it), request another port, or none to get a free one.`,
  )
}
