package facts.bench;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import wildapp.primary.v1.PrimaryOuterClass.Primary;

/**
 * The last row and the position of the last change of each key, in a changelogged store, with the pipeline's rules for
 * changes that are delivered again or incompletely (src/fact/history/deduplicator.ts). The row is kept as its part of the fact.
 */
final class KnownRows {
  static final String STORE = "rows";

  /** Whether the row is there, LSN and order of the last streamed change, LSN of the last snapshot. */
  private static final int HEAD = 1 + 3 * Long.BYTES;

  private final KeyValueStore<Bytes, byte[]> store;
  private final PrimaryRow row;
  /** Columns of the last accepted change that stay without a value. */
  List<String> unavailable = List.of();

  KnownRows(KeyValueStore<Bytes, byte[]> store, PrimaryRow row) {
    this.store = store;
    this.row = row;
  }

  /** Completes the row that was read and remembers it; false when the change makes no fact. */
  boolean accept(byte[] key, long id, char operation, Position position) {
    Bytes at = Bytes.wrap(key);
    byte[] known = store.get(at);
    ByteBuffer head = known == null ? null : ByteBuffer.wrap(known);
    boolean live = known != null && known[0] == 1;
    long lsn = known == null ? 0 : head.getLong(1);
    long order = known == null ? 0 : head.getLong(1 + Long.BYTES);
    long snapshot = known == null ? 0 : head.getLong(1 + 2 * Long.BYTES);
    int compared = known == null ? 1 : compare(position, lsn, order);
    if (compared < 0) return false;
    boolean isDelete = operation == 'd';
    unavailable = List.of();
    if (!isDelete) {
      row.fact.setId(id);
      if (row.hasGaps()) heal(live ? known : null);
    }
    byte[] image = isDelete ? new byte[0] : row.fact.build().toByteArray();
    byte[] value = new byte[HEAD + image.length];
    boolean isSnapshot = operation == 'r';
    ByteBuffer.wrap(value)
        .put((byte) (isDelete ? 0 : 1))
        .putLong(isSnapshot ? lsn : position.lsn)
        .putLong(isSnapshot ? order : position.transactionOrder)
        .putLong(isSnapshot ? position.lsn : snapshot)
        .put(image);
    boolean same =
        known != null
            && known[0] == value[0]
            && Arrays.equals(known, HEAD, known.length, value, HEAD, value.length);
    if (same && compared == 0 && !isSnapshot) return false;
    store.put(at, value);
    return !(same && (isSnapshot || (operation == 'c' && lsn == 0)));
  }

  private static int compare(Position position, long lsn, long order) {
    int compared = Long.compare(position.lsn, lsn);
    return compared != 0 ? compared : Long.compare(position.transactionOrder, order);
  }

  private void heal(byte[] known) {
    Primary last = Primary.getDefaultInstance();
    if (known != null) {
      try {
        last = Primary.parser().parseFrom(known, HEAD, known.length - HEAD);
      } catch (InvalidProtocolBufferException error) {
        throw new IllegalStateException(error);
      }
    }
    List<String> lacking = new ArrayList<>();
    for (String column : row.unavailableColumns()) {
      // As in the pipeline: what is not known, or is known as NULL, stays unavailable.
      if (known == null || !row.take(column, last)) lacking.add(column);
    }
    unavailable = lacking;
  }
}
