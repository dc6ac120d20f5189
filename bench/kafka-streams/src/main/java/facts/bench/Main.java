package facts.bench;

import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.StreamPartitioner;
import org.apache.kafka.streams.state.Stores;

/**
 * The pipeline's work by Kafka Streams. Settings as system properties: brokers, registry, application, threads, state,
 * facts, deadLetters, subject; any other that begins with "streams." goes to Kafka Streams as it is.
 */
public final class Main {
  private static final String PRIMARIES = "monolith.public.wildapp_primary";
  private static final String SECONDARIES = "monolith.public.wildapp_secondary";
  private static final String TERTIARIES = "monolith.public.wildapp_tertiary";

  private Main() {}

  public static void main(String[] arguments) throws Exception {
    int schemaId = Registry.newestId(setting("registry"), setting("subject"));
    KafkaStreams streams = new KafkaStreams(topology(schemaId), settings());
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          ended.countDown();
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) System.out.println("RUNNING");
        });
    Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
    streams.start();
    ended.await();
    System.exit(1);
  }

  private static Topology topology(int schemaId) {
    var bytes = new ByteArrayDeserializer();
    var out = new ByteArraySerializer();
    Topology topology = new Topology();
    topology.addGlobalStore(
        new RowStore.Builder<Long, StoredSecondary>(PrimaryProcessor.SECONDARIES),
        "secondary-source", bytes, bytes, SECONDARIES, "secondary-update",
        () -> new TableUpdate.OfSecondaries(PrimaryProcessor.SECONDARIES));
    topology.addGlobalStore(
        new RowStore.Builder<String, StoredTertiary>(PrimaryProcessor.TERTIARIES),
        "tertiary-source", bytes, bytes, TERTIARIES, "tertiary-update",
        () -> new TableUpdate.OfTertiaries(PrimaryProcessor.TERTIARIES));
    topology.addSource("primaries", bytes, bytes, PRIMARIES);
    topology.addProcessor("map", () -> new PrimaryProcessor(schemaId), "primaries");
    var rows = Stores.persistentKeyValueStore(KnownRows.STORE);
    topology.addStateStore(
        Stores.keyValueStoreBuilder(rows, Serdes.Bytes(), Serdes.ByteArray()).withCachingEnabled(), "map");
    // Without a partitioner of ours the producer's default applies: murmur2 of the key.
    topology.addSink(PrimaryProcessor.FACTS, setting("facts"), out, out, "map");
    topology.addSink(
        PrimaryProcessor.DEAD_LETTERS, setting("deadLetters"), out, out, new NullKeysToFirst(), "map");
    return topology;
  }

  private static Properties settings() {
    Properties properties = new Properties();
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, setting("application"));
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, setting("brokers"));
    properties.put(StreamsConfig.STATE_DIR_CONFIG, setting("state"));
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.parseInt(setting("threads")));
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put("auto.offset.reset", "earliest");
    for (Map.Entry<Object, Object> entry : System.getProperties().entrySet()) {
      String name = (String) entry.getKey();
      if (name.startsWith("streams.")) properties.put(name.substring("streams.".length()), entry.getValue());
    }
    return properties;
  }

  private static String setting(String name) {
    String value = System.getProperty(name);
    if (value == null) throw new IllegalArgumentException("-D" + name + "=... is missing");
    return value;
  }

  private static final class NullKeysToFirst implements StreamPartitioner<byte[], byte[]> {
    @Override
    public Optional<Set<Integer>> partitions(String topic, byte[] key, byte[] value, int partitions) {
      return Optional.of(Set.of(key == null ? 0 : Utils.toPositive(Utils.murmur2(key)) % partitions));
    }
  }
}
