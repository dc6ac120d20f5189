import { BROKER_AT_FULL_SPEED } from '../../src/dev-stack/service/kafka'
import { LINGER_MS } from '../measure/paced-writer'
import { EAGER_COMMIT_INTERVAL, STREAMS_HEAP } from '../peers/streams-peer'
import type { Results } from '../results'

/** What the figures were measured on, and how. */
export function methodOf({ machine, input, rounds, measuredAt }: Results): string {
  const { cores, processor, memoryBytes, system, nodes, java, versions, loadBefore } = machine
  const gigabytes = Math.round(memoryBytes / 2 ** 30)
  const count = (value: number): string => value.toLocaleString('en')
  return `## Measured on

${measuredAt.slice(0, 10)}: ${cores} cores (${processor}), ${gigabytes} GiB, ${system}; load average ${loadBefore.toFixed(2)} before the start.
Node ${nodes.join(' and ')}, Java ${java}, Kafka ${versions['kafka'] ?? ''} (one node, on the same machine), Kafka Streams ${versions['kafkaStreams'] ?? ''}, Debezium ${versions['debezium'] ?? ''}.

## Method

- Input: ${count(input.records)} records of \`wildapp_primary\` in 6 partitions, ${Math.round(input.valueBytes)} bytes each, over ${count(input.keys)} keys: inserts, updates,
  0.5 % deletes with tombstones, 2 % updates that lack a TOASTed value, 10 % with 500 bytes of notes, one record in 20,000 cut short (a dead letter);
  ${count(input.secondaries)} secondaries and ${count(input.tertiaries)} tertiaries. Made from a fixed seed out of changes recorded from Debezium with connectors/monolith.json
  (\`npm run record\`), in record batches of 16 KiB as Kafka Connect's producer makes them, uncompressed.
- Both peers decode the same bytes, drop changes that were delivered before and complete TOASTed values by the last row and
  position of each key, kept in a changelogged store (LMDB; RocksDB under Kafka Streams' record cache), look up secondary and tertiary, and write the same protobuf facts with the same headers to topics with 6 partitions, exactly
  once; the comparison above checks it.
- Pipeline: compiled, \`facts pipeline --workers n\`, default settings, one process a worker. Kafka Streams (bench/kafka-streams): \`exactly_once_v2\`, Processor API,
  Jackson's token stream straight into protobuf-java's builders, global stores of objects, one process, n threads, default commit interval (100 ms),
  \`${STREAMS_HEAP}\`, all other settings as they come.
- Without state: the same pipeline, into which a module is loaded that reads, keeps and compares no row (\`bench/peers/without-state.cjs\`).
- ${rounds} rounds; in each, every peer runs once, after one another, with a new group and new output topics. Facts/s: inputs committed from the first visible
  fact to the last commit; "with start": from the start of the process. CPU: user and system time of all processes of the peer per input. Memory:
  the largest resident size (VmHWM) of its largest process.
- Broker: the Java settings that Kafka's documentation recommends (\`${BROKER_AT_FULL_SPEED.join(' ')}\`).
- Latency: one process writes changes at random moments (Poisson; one request in flight and a linger of ${LINGER_MS} ms, as Kafka Connect's
  producer) and reads the facts as a committed reader, the same for both; the peers have two workers or
  threads and have processed the whole input before, and what comes in the first seconds of each rate is not counted.
  Kafka Streams is asked twice, with its default commit interval and with ${EAGER_COMMIT_INTERVAL} ms (in short runs 25 ms gave no better p99, 1 ms a worse
  one), so that it can be seen how much of the difference is a matter of that setting.`
}
