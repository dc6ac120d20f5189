package facts.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** CloudEvents 1.0 attributes, binary content mode of the Kafka protocol binding; one per thread. */
final class FactHeaders {
  private static final byte[] SPEC_VERSION = utf8("1.0");
  private static final byte[] CONTENT_TYPE = utf8("application/protobuf");
  private static final byte[] CREATED = utf8("wildapp.primary.created");
  private static final byte[] UPDATED = utf8("wildapp.primary.updated");
  private static final byte[] DELETED = utf8("wildapp.primary.deleted");
  private static final byte[] SNAPSHOT = utf8("wildapp.primary.snapshot");

  private long second = Long.MIN_VALUE;
  private String secondText = "";
  private String connector = "";
  private String schema = "";
  private String table = "";
  private byte[] source = {};

  RecordHeaders of(char operation, byte[] subject, byte[] id, Position position) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_specversion", SPEC_VERSION);
    headers.add("ce_id", id);
    headers.add("ce_source", source(position));
    headers.add("ce_type", type(operation));
    headers.add("ce_subject", subject);
    headers.add("ce_time", time(position.committedAt));
    headers.add("content-type", CONTENT_TYPE);
    return headers;
  }

  private static byte[] type(char operation) {
    return switch (operation) {
      case 'c' -> CREATED;
      case 'u' -> UPDATED;
      case 'd' -> DELETED;
      default -> SNAPSHOT;
    };
  }

  private byte[] source(Position position) {
    if (!position.connector.equals(connector) || !position.schema.equals(schema) || !position.table.equals(table)) {
      connector = position.connector;
      schema = position.schema;
      table = position.table;
      source = utf8("/" + connector + "/" + schema + "." + table);
    }
    return source;
  }

  /** RFC 3339 with microseconds. Changes come in the order of time: the same second again and again. */
  private byte[] time(long micros) {
    long seconds = Math.floorDiv(micros, 1_000_000L);
    if (seconds != second) {
      second = seconds;
      secondText = Instant.ofEpochSecond(seconds).toString().substring(0, 19);
    }
    byte[] bytes = new byte[27];
    for (int i = 0; i < 19; i++) bytes[i] = (byte) secondText.charAt(i);
    bytes[19] = '.';
    int fraction = (int) Math.floorMod(micros, 1_000_000L);
    for (int i = 25; i > 19; i--, fraction /= 10) bytes[i] = (byte) ('0' + fraction % 10);
    bytes[26] = 'Z';
    return bytes;
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
