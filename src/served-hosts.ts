import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'
import { hostname } from 'node:os'

/** What is needed of a request. */
export type AddressedRequest = Pick<IncomingMessage, 'rawHeaders' | 'url'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'localAddress'>
}

/** Written as in a URL, so that one address has one spelling; a full stop at the end says only that the name is whole. */
function normalized(name: string): string {
  const lower = name.toLowerCase()
  const literal = lower.startsWith('[') ? lower.slice(1, -1) : lower
  if (isIP(literal) === 6 && !literal.includes('%')) return new URL(`http://[${literal}]/`).hostname
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))

/** Whether others cannot reach a server that listens there. */
export const isLoopback = (host: string): boolean => isLoopbackName(normalized(host))

const AUTHORITY = /^(\[[^\]]*\]|[^:[\]]*)(?::\d{0,5})?$/

/** The host of `host:port`, of which only the port may be missing; undefined for anything else, such as a user before it. */
function hostOf(authority: string): string | undefined {
  const [, host = ''] = AUTHORITY.exec(authority) ?? []
  return host === '' ? undefined : normalized(host)
}

/** Values of the Host lines, and the host of an absolute address, which stands for them (RFC 9112, 3.2.2). */
function authorities({ rawHeaders, url = '' }: AddressedRequest): {
  readonly lines: readonly string[]
  readonly absolute: string | undefined
} {
  const lines = rawHeaders.filter(
    (_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'host',
  )
  const [, absolute] = /^[a-z][a-z0-9+.-]*:(?:\/\/)?([^/?#]*)/i.exec(url) ?? []
  return { lines, absolute }
}

/** A socket for both versions of IP has IPv4 addresses in the form of IPv6. */
const ownAddress = (address: string | undefined): string | undefined =>
  address === undefined ? undefined : normalized(address.replace(/^::ffff:(?=\d+\.)/i, ''))

export interface ServedHostsOptions {
  /** That it listens on. */
  readonly host: string
  /** Default: no others. */
  readonly hosts?: readonly string[]
}

/**
 * The names that a server answers to: those of the loopback, this machine's or container's own, the one or the address that
 * it listens on, and those that are configured. A page in a browser that has its own name point here (DNS rebinding) sends
 * that name, and so gets no answer that it could read.
 */
export class ServedHosts {
  private readonly names: ReadonlySet<string>

  constructor({ host, hosts = [] }: ServedHostsOptions) {
    const listening = isIP(host) === 0 ? [host] : []
    this.names = new Set([hostname(), ...listening, ...hosts].map(normalized))
  }

  /** False as well without a Host line, and with two of them, whichever they are (RFC 9112, 3.2). */
  serves(request: AddressedRequest): boolean {
    const { lines, absolute } = authorities(request)
    if (lines.length !== 1) return false
    const own = ownAddress(request.socket.localAddress)
    const named = absolute === undefined ? lines : [...lines, absolute]
    return named.map(hostOf).every((name) => {
      if (name === undefined) return false
      return isLoopbackName(name) || this.names.has(name) || name === own
    })
  }
}

/** What a request to another host is answered with. */
export const HOST_REFUSED =
  'The host name of the request is not served here. Names besides the loopback and the own one are listed in feed.hosts (FACTS_FEED_HOSTS).'
