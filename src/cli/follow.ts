import { Command } from 'commander'
import { loadConfig } from '../config/config'
import { runFollower } from './follow/run-follower'

type Flags = Readonly<Record<string, string>>

/** Options whose value is a comma-separated list. */
const LISTS = ['changesOn', 'select', 'execEnv']

/** `facts follow`: passes a feed's events to a pipe, a command or a webhook; resumes at its stored position. */
export function followCommand(): Command {
  return new Command('follow')
    .description(
      'Follow a feed over HTTP and handle each event, those of one row in order: a line of JSON on standard output, a command, or a webhook. With --position it resumes where it stopped, and each event is delivered at least once. Ctrl-C or SIGTERM stops it after the events being handled. Each option is also a key of the section "follow" (FACTS_FOLLOW_URL, ...).',
    )
    .argument('<feed>', 'name of the feed, such as shop.order')
    .option(
      '--url <url>',
      'the feed server; default: the one of this machine, at feed.host and feed.port',
    )
    .option('--where <filter>', 'the set to follow, in CEL: status == "STATUS_ACTIVE"')
    .option('--changes-on <fields>', 'only updates that changed one of these, such as title,amount')
    .option('--select <fields>', 'the fields to send, such as title,secondary.name')
    .option('--shard <m/n>', 'one of n parts, for n followers with separate positions')
    .option(
      '--start <where>',
      'without a position: earliest (default), now, snapshot, or a commit time',
    )
    .option('--until <end>', 'head: end when every event up to the head is handled')
    .option('--position <location>', 'where to store the position: a file, or postgres://...')
    .option('--name <name>', 'name of the follower: its row in PostgreSQL; default: the feed')
    .option(
      '--on-expired <what>',
      'when events after the position are no longer retained: fail (default), snapshot or earliest',
    )
    .option(
      '--exec <command>',
      'run for each event, its JSON on standard input; exit code 0: handled',
    )
    .option(
      '--webhook <url>',
      'post each event there; 2xx: handled. Idempotency-Key is the id of the fact',
    )
    .option(
      '--exec-env <names>',
      'variables that the command gets besides PATH, HOME and such, for example DATABASE_URL,PGPASSFILE',
    )
    .option(
      '--concurrency <n>',
      'events of different rows handled concurrently, those of one row in order; default 16 for a webhook, else 1',
    )
    .option('--attempts <n>', 'attempts to handle one event before it exits; default: no limit')
    .option('--consumer <id>', 'sent as X-Consumer-Id')
    .option('--token-file <path>', 'file with a bearer token, read before each connection')
    .option('--health-port <port>', 'port of /health, /readyz and /metrics, 0 takes a free one')
    .action(async (feed: string, flags: Flags) => {
      const follow = Object.fromEntries(
        Object.entries(flags).map(([name, value]) => [
          name,
          LISTS.includes(name) ? value.split(',').map((field) => field.trim()) : value,
        ]),
      )
      process.exitCode = await runFollower(loadConfig({ flags: { follow } }), feed)
    })
}
