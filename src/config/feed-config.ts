import { z } from 'zod'
import { FeedAuthSchema } from './feed-auth'

/** 0 takes a free one. */
const Port = z.coerce.number().int().min(0).max(65_535)

const HOST = /^(\[?[0-9a-f:.]*:[0-9a-f:.]*\]?|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?\.?)$/i

/** Of the feed server; a section of the configuration. Durations are milliseconds. */
export const FeedConfigSchema = z
  .strictObject({
    /** Other than loopback only with `auth` or `open`. */
    host: z.string().min(1),
    port: Port,
    /**
     * Names that others reach the servers of this process by: these here, and those of health and metrics. A request for
     * another is refused; the loopback's, this machine's or container's own and the address that it listens on are served
     * always.
     */
    hosts: z.array(
      z.string().regex(HOST, 'expected the name or the address of a host, without scheme and port'),
    ),
    /** Anyone who reaches the port may read everything: behind a proxy that asks who it is, or in a closed network. */
    open: z.stringbool().or(z.boolean()),
    auth: FeedAuthSchema.optional(),
    /** Of /healthz, /readyz and /metrics; the host is that of `http`. */
    healthPort: Port,
    /** The feeds' stores, of one server; may be lost (and cursors, without `secret`). Default: `feed` in FACTS_HOME. */
    dir: z.string().min(1).optional(),
    /** What cursors are authenticated with, the same for all servers of a feed. Default: made once and kept in `dir`. */
    secret: z.string().min(32, 'expected at least 32 characters').optional(),
    /** Origins of other sites whose pages may read, as https://app.example. */
    corsOrigins: z.array(z.url({ protocol: /^https?$/ })),
    /** Milliseconds after which an idle stream hears of the server. */
    heartbeatMs: z.coerce.number().int().min(100).max(300_000),
    /** Milliseconds after which a stream that takes nothing is closed. */
    stallMs: z.coerce.number().int().min(1_000).max(3_600_000),
    /** Milliseconds over which streams are closed when the server is stopped. */
    drainMs: z.coerce.number().int().min(0).max(600_000),
    /**
     * Proxies in front of the server, as addresses or networks (10.0.0.0/8): what they say of where a request comes from
     * (X-Forwarded-For) counts as its address. Nobody else is believed.
     */
    trustedProxies: z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'expected an address or a network'),
    ),
    /** Streams and long polls at once: in all, of one address, of one consumer. */
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
