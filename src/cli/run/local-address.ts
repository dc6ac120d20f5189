/** The URL at which a server with this listen address is reached from this machine. */
export function localAddress({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): string {
  // Every address: also this one.
  if (host === '0.0.0.0') return `http://127.0.0.1:${port}`
  if (host === '::') return `http://[::1]:${port}`
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
