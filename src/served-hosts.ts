import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'
import { hostname } from 'node:os'

/** The part of a request that is used. */
export type AddressedRequest = Pick<IncomingMessage, 'rawHeaders' | 'url'> & {
  readonly socket: Pick<IncomingMessage['socket'], 'localAddress'>
}

/** Normalised as in a URL, so that one address has one spelling; without the trailing dot of an absolute name. */
function normalized(name: string): string {
  const lower = name.toLowerCase()
  const literal = lower.startsWith('[') ? lower.slice(1, -1) : lower
  if (isIP(literal) === 6 && !literal.includes('%')) return new URL(`http://[${literal}]/`).hostname
  return lower.endsWith('.') ? lower.slice(0, -1) : lower
}

const isLoopbackName = (name: string): boolean =>
  name === 'localhost' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))

/** Whether a server with that listen address is unreachable from other machines. */
export const isLoopback = (host: string): boolean => isLoopbackName(normalized(host))

const AUTHORITY = /^(\[[^\]]*\]|[^:[\]]*)(?::\d{0,5})?$/

/** The host of `host:port`, of which only the port may be missing; undefined for anything else, such as a user before it. */
function hostOf(authority: string): string | undefined {
  const [, host = ''] = AUTHORITY.exec(authority) ?? []
  return host === '' ? undefined : normalized(host)
}

/** Values of the Host lines, and the host of an absolute-form target, which overrides them (RFC 9112, 3.2.2). */
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
  /** Listen address. */
  readonly host: string
  /** Default: no others. */
  readonly hosts?: readonly string[]
}

/**
 * The host names that a server accepts: loopback names, the host name of the machine or container, the listen address, and
 * the configured names. A web page whose own name resolves to this address (DNS rebinding) sends that name, and is rejected.
 */
export class ServedHosts {
  private readonly names: ReadonlySet<string>

  constructor({ host, hosts = [] }: ServedHostsOptions) {
    const listening = isIP(host) === 0 ? [host] : []
    this.names = new Set([hostname(), ...listening, ...hosts].map(normalized))
  }

  /** Also false without a Host line, and with two of them (RFC 9112, 3.2). */
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

/** Error text for a request to another host. */
export const HOST_REFUSED =
  'The host name of the request is not served here. Add names besides loopback and the own host name to feed.hosts (FACTS_FEED_HOSTS).'
