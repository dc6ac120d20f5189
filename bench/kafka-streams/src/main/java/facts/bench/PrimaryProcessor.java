package facts.bench;

import com.google.protobuf.Timestamp;
import facts.v1.HeaderOuterClass.Header;
import facts.v1.HeaderOuterClass.Kind;
import facts.v1.HeaderOuterClass.Source;
import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import wildapp.primary.v1.PrimaryOuterClass.Primary;
import wildapp.primary.v1.PrimaryOuterClass.Secondary;

/** One change of wildapp_primary, one fact. */
final class PrimaryProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  static final String SECONDARIES = "secondaries";
  static final String TERTIARIES = "tertiaries";
  static final String FACTS = "facts";
  static final String DEAD_LETTERS = "dead-letters";

  /** As the pipeline: Kafka's default max.message.bytes less room for headers and framing. */
  private static final int MAX_RECORD_BYTES = 1_000_000;

  private final int schemaId;
  private final PrimaryRow row = new PrimaryRow();
  private final ChangeReader reader = new ChangeReader(row);
  private final FactHeaders headers = new FactHeaders();
  private ProcessorContext<byte[], byte[]> context;
  private KnownRows known;
  private Map<Long, StoredSecondary> secondaries;
  private Map<String, StoredTertiary> tertiaries;

  PrimaryProcessor(int schemaId) {
    this.schemaId = schemaId;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> given) {
    context = given;
    known = new KnownRows(context.getStateStore(KnownRows.STORE), row);
    RowStore<Long, StoredSecondary> secondaryStore = context.getStateStore(SECONDARIES);
    RowStore<String, StoredTertiary> tertiaryStore = context.getStateStore(TERTIARIES);
    secondaries = secondaryStore.rows;
    tertiaries = tertiaryStore.rows;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    // A tombstone: the delete in front of it has made the fact.
    if (record.value() == null) return;
    Record<byte[], byte[]> fact;
    try {
      fact = fact(record);
    } catch (Problem problem) {
      var at = context.recordMetadata().orElseThrow();
      context.forward(DeadLetter.of(record, at, problem, context.taskId().toString()), DEAD_LETTERS);
      return;
    }
    if (fact != null) context.forward(fact, FACTS);
  }

  /** Null for a change that makes no fact. */
  private Record<byte[], byte[]> fact(Record<byte[], byte[]> record) {
    reader.read(record.value());
    char operation = reader.operation;
    if (operation == 't') throw new Problem("TRUNCATE_UNSUPPORTED", "the table was truncated");
    Position position = reader.position;
    long id = ChangeReader.longId(record.key());
    String subject = Long.toString(id);
    byte[] key = FactHeaders.utf8(subject);
    if (!known.accept(key, id, operation, position)) return null;
    String factId = "wildapp.primary/" + subject + "@" + position.lsn + "." + position.transactionOrder;
    Primary.Builder fact = operation == 'd' ? Primary.newBuilder() : row.fact;
    fact.setHeader(header(operation, subject, factId, position)).setId(id);
    if (operation != 'd' && row.hasSecondary) addSecondary(fact);
    byte[] value = Encoded.framed(schemaId, fact.build());
    if (key.length + value.length > MAX_RECORD_BYTES) {
      throw new Problem("RECORD_TOO_LARGE", "the fact has " + value.length + " bytes");
    }
    var attributes = headers.of(operation, key, FactHeaders.utf8(factId), position);
    return new Record<>(key, value, record.timestamp(), attributes);
  }

  private Header header(char operation, String subject, String factId, Position position) {
    long micros = position.committedAt;
    Header.Builder header =
        Header.newBuilder()
            .setId(factId)
            .setKind(kind(operation))
            .setSubject(subject)
            .setRevision(position.lsn)
            .setTime(
                Timestamp.newBuilder()
                    .setSeconds(Math.floorDiv(micros, 1_000_000L))
                    .setNanos((int) Math.floorMod(micros, 1_000_000L) * 1_000))
            .setSource(
                Source.newBuilder()
                    .setConnector(position.connector)
                    .setDatabase(position.database)
                    .setSchema(position.schema)
                    .setTable(position.table)
                    .setLsn(position.lsn)
                    .setTransactionId(position.transactionId)
                    .setTransactionOrder(position.transactionOrder)
                    .setSnapshot(position.snapshot));
    header.addAllUnavailable(known.unavailable);
    return header.build();
  }

  private static Kind kind(char operation) {
    return switch (operation) {
      case 'c' -> Kind.KIND_CREATED;
      case 'u' -> Kind.KIND_UPDATED;
      case 'd' -> Kind.KIND_DELETED;
      default -> Kind.KIND_SNAPSHOT;
    };
  }

  private void addSecondary(Primary.Builder fact) {
    StoredSecondary secondary = secondaries.get(fact.getSecondaryId());
    if (secondary == null) return;
    StoredTertiary tertiary = tertiaries.get(secondary.tertiaryId());
    Secondary message = secondary.message();
    fact.setSecondary(
        tertiary == null ? message : message.toBuilder().setTertiary(tertiary.message()).build());
  }
}
