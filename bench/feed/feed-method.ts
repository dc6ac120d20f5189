import { PAGE_SIZE } from './benchmark'
import type { FeedResults } from './benchmark'

/** What the figures were measured on, and how. */
export function feedMethod(results: FeedResults): string {
  const { machine, measuredAt, blockBytes, facts, keys, seconds, rounds, loadAfter } = results
  const { cores, processor, memoryBytes, system, nodes, versions, loadBefore } = machine
  const count = (value: number): string => value.toLocaleString('en')
  return `### How

- ${measuredAt.slice(0, 10)}: ${cores} cores (${processor}), ${Math.round(memoryBytes / 2 ** 30)} GiB, ${system}, Node ${nodes.join(' and ')}, Kafka ${versions['kafka'] ?? ''}. Load average
  ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} at the end, the benchmark's own included. Everything ran on this machine, over loopback: Kafka, the server, the clients.
- Server: compiled \`facts feed\`, one process, default settings, on the embedded stack's Kafka, with a FACTS_HOME of its own. Facts are written by our
  transactional producer, ${count(facts)} before the start, over ${count(keys)} keys in 6 partitions, every field filled: ${count(blockBytes)} bytes as an event of a stream.
- Clients: one other process with plain sockets from several 127.0.1.x addresses (the server allows each 1,000), which looks for the end of each block.
- One hop: from the feed's reader handing the fact over to the hub (noted by a module that is loaded into the server beforehand) until the client
  has read the block's end; both on CLOCK_MONOTONIC. Every fact is due at its moment, evenly spaced, in a transaction of its own; those that are late go together.
  ${rounds} rounds of ${seconds} s, the servers in turn, each started afresh, after a warm-up. The quantiles are over all deliveries of a round.
- Peers: \`node:http\` is the least that sends the same bytes, one \`write\` to each response; \`better-sse\` broadcasts the same data on a channel. They have no log
  of their own: they make an event on a timer, where their hop begins.
- CPU: user and system time of the server per delivery. Memory: VmRSS before the streams, and with them when heartbeats (15 s) have gone out twice.
- Pages: page_size ${count(PAGE_SIZE)}; a page ends at 8 MB, so it is smaller. One client, one connection, uncompressed JSON bytes of the bodies, time from the first request to the last byte;
  one reading goes before to warm up.
- Stalled: the client pauses the socket once the answer's head is there. Rounds without and with them alternate.`
}
