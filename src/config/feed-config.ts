import { z } from 'zod'
import { FeedAuthSchema } from './feed-auth'

/** 0 takes a free port. */
const Port = z.coerce.number().int().min(0).max(65_535)

const HOST = /^(\[?[0-9a-f:.]*:[0-9a-f:.]*\]?|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?)$/i

/** Section of the configuration for the feed server. Durations are milliseconds. */
export const FeedConfigSchema = z
  .strictObject({
    /** Address to listen on; other than loopback only with `auth` or `open`. */
    host: z.string().min(1),
    port: Port,
    /**
     * Host names under which other machines reach this process, its health and metrics ports included. A request for any
     * other host is rejected; loopback names, the host name of the machine or container and the listen address are always
     * accepted.
     */
    hosts: z.array(
      z.string().regex(HOST, 'expected the name or the address of a host, without scheme and port'),
    ),
    /** Unauthenticated access for everyone who reaches the port: behind an authenticating proxy, or in a closed network. */
    open: z.stringbool().or(z.boolean()),
    auth: FeedAuthSchema.optional(),
    /** Port of /healthz, /readyz and /metrics; the host is that of `http`. */
    healthPort: Port,
    /** Folder of this server's stores; if lost, they are rebuilt (and cursors become invalid without `secret`). Default: `feed` in FACTS_HOME. */
    dir: z.string().min(1).optional(),
    /** Secret that authenticates cursors, the same for all servers of a feed. Default: generated once and kept in `dir`. */
    secret: z.string().min(32, 'expected at least 32 characters').optional(),
    /** CORS: origins whose pages may read, such as https://app.example. */
    corsOrigins: z.array(z.url({ protocol: /^https?$/ })),
    /** Milliseconds between heartbeats of a stream. */
    heartbeatMs: z.coerce.number().int().min(100).max(300_000),
    /** Milliseconds after which a stream whose client reads nothing is closed. */
    stallMs: z.coerce.number().int().min(1_000).max(3_600_000),
    /** Milliseconds over which streams are closed when the server is stopped. */
    drainMs: z.coerce.number().int().min(0).max(600_000),
    /**
     * Proxies in front of the server, as addresses or networks (10.0.0.0/8), whose X-Forwarded-For gives the address of a
     * request. The header is ignored from all others.
     */
    trustedProxies: z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'expected an address or a network'),
    ),
    /** Maximum of concurrent streams and long polls: in total, per address, per consumer. */
    maxSessions: z.coerce.number().int().min(1).max(1_000_000),
    maxSessionsPerAddress: z.coerce.number().int().min(1).max(1_000_000),
    maxSessionsPerConsumer: z.coerce.number().int().min(1).max(1_000_000),
  })
  .default({
    host: '127.0.0.1',
    port: 8090,
    hosts: [],
    open: false,
    healthPort: 9465,
    corsOrigins: [],
    trustedProxies: [],
    heartbeatMs: 15_000,
    stallMs: 60_000,
    drainMs: 5_000,
    maxSessions: 20_000,
    maxSessionsPerAddress: 1_000,
    maxSessionsPerConsumer: 100,
  })
