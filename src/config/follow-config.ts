import { z } from 'zod'

const Fields = z.array(z.string().min(1, 'expected names of fields, separated by commas')).min(1)

/** Section of the configuration for `facts follow`. */
export const FollowConfigSchema = z
  .strictObject({
    /** URL of the feed server. Default: where one with this `feed` is reached from this machine. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    where: z.string().min(1).optional(),
    changesOn: Fields.optional(),
    select: Fields.optional(),
    /** m/n: one of n parts, for n followers with different names. */
    shard: z
      .string()
      .regex(/^\d+\/\d+$/, 'expected m/n, as 1/3')
      .optional(),
    /** Where to begin without a position: earliest, now, snapshot, or a commit time. */
    start: z
      .union(
        [
          z.enum(['earliest', 'now', 'snapshot']),
          z.iso.datetime({ offset: true }).transform((after) => ({ after })),
        ],
        'expected earliest, now, snapshot or a time like 2026-01-02T03:04:05Z',
      )
      .optional(),
    /** Ends at the head. */
    until: z.enum(['head']).optional(),
    /** Where to store the position: a file, or postgres://...; default: not stored. */
    position: z.string().min(1).optional(),
    /** Name of the follower: its row in PostgreSQL. Default: the feed. */
    name: z.string().min(1).max(200).optional(),
    onExpired: z.enum(['fail', 'snapshot', 'earliest']),
    /** Milliseconds after which a stored position is ignored. Default: never; with healthPort a day. */
    expireMs: z.coerce.number().int().min(1_000).optional(),
    /** Heartbeat interval of the server, milliseconds. */
    heartbeatMs: z.coerce.number().int().min(100).max(300_000),
    /** Handles each event: a command, or a URL that it is posted to. Default: a line on standard output. */
    exec: z.string().min(1).optional(),
    webhook: z.url({ protocol: /^https?$/ }).optional(),
    /** Further environment variables that are passed to the command of exec. */
    execEnv: z.array(z.string().regex(/^[A-Za-z_]\w*$/, 'expected names of variables')).optional(),
    /** Events of different rows handled concurrently. Default: 16 for a webhook, else 1. */
    concurrency: z.coerce.number().int().min(1).max(256).optional(),
    /** Milliseconds that the webhook may take to answer. */
    webhookTimeoutMs: z.coerce.number().int().min(100).max(3_600_000),
    /** Attempts to handle an event before the follower exits. Default: no limit. */
    attempts: z.coerce.number().int().min(1).optional(),
    /** Sent as X-Consumer-Id. */
    consumer: z.string().min(1).optional(),
    /** File of a bearer token, read before each connection. */
    tokenFile: z.string().min(1).optional(),
    /** Port of /health, /healthz, /readyz and /metrics; the host is that of `http`. 0 takes a free port. Default: none. */
    healthPort: z.coerce.number().int().min(0).max(65_535).optional(),
  })
  .refine(({ exec, webhook }) => exec === undefined || webhook === undefined, {
    path: ['webhook'],
    message: 'cannot be combined with exec: an event is handled in one way',
  })
  .default({
    onExpired: 'fail',
    heartbeatMs: 15_000,
    webhookTimeoutMs: 30_000,
  })

export type FollowConfig = z.output<typeof FollowConfigSchema>
