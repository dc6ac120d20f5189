package facts.bench;

import java.util.Map;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/** Fills a store from its table's topic. Every row that a TRUNCATE removed has a lower LSN than it. */
abstract class TableUpdate<K, V> implements Processor<byte[], byte[], Void, Void> {
  private final String store;
  private final ChangeReader reader;
  private Map<K, V> rows;
  private long truncatedAt = -1;

  TableUpdate(String store, Row row) {
    this.store = store;
    this.reader = new ChangeReader(row);
  }

  abstract K key(byte[] key);

  abstract long lsn(V stored);

  /** The row that was read; `before` is the one that it replaces. */
  abstract V row(long lsn, V before);

  @Override
  public void init(ProcessorContext<Void, Void> context) {
    RowStore<K, V> found = context.getStateStore(store);
    rows = found.rows;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    if (record.value() == null) return;
    reader.read(record.value());
    long lsn = reader.position.lsn;
    if (reader.operation == 't') {
      truncatedAt = Math.max(truncatedAt, lsn);
      rows.values().removeIf(stored -> lsn(stored) <= truncatedAt);
      return;
    }
    if (lsn <= truncatedAt) return;
    K key = key(record.key());
    if (reader.operation == 'd') rows.remove(key);
    else rows.put(key, row(lsn, rows.get(key)));
  }

  static final class OfSecondaries extends TableUpdate<Long, StoredSecondary> {
    private final SecondaryRow row;

    OfSecondaries(String store) {
      this(store, new SecondaryRow());
    }

    private OfSecondaries(String store, SecondaryRow row) {
      super(store, row);
      this.row = row;
    }

    @Override
    Long key(byte[] key) {
      return ChangeReader.longId(key);
    }

    @Override
    long lsn(StoredSecondary stored) {
      return stored.lsn();
    }

    @Override
    StoredSecondary row(long lsn, StoredSecondary before) {
      var message = row.secondary;
      if (row.hasGaps()) {
        if (before == null) throw new Problem("VALUE_UNAVAILABLE", "no earlier change of the row");
        if (row.isUnavailable(SecondaryRow.NAME)) message.setName(before.message().getName());
        if (row.isUnavailable(SecondaryRow.CODE)) message.setCode(before.message().getCode());
        if (row.isUnavailable(SecondaryRow.TAGS)) message.addAllTags(before.message().getTagsList());
        if (row.isUnavailable(SecondaryRow.SETTINGS)) message.setSettings(before.message().getSettings());
      }
      return new StoredSecondary(lsn, row.tertiaryId, Encoded.again(message.build()));
    }
  }

  static final class OfTertiaries extends TableUpdate<String, StoredTertiary> {
    private final TertiaryRow row;

    OfTertiaries(String store) {
      this(store, new TertiaryRow());
    }

    private OfTertiaries(String store, TertiaryRow row) {
      super(store, row);
      this.row = row;
    }

    @Override
    String key(byte[] key) {
      return ChangeReader.textId(key);
    }

    @Override
    long lsn(StoredTertiary stored) {
      return stored.lsn();
    }

    @Override
    StoredTertiary row(long lsn, StoredTertiary before) {
      var message = row.tertiary;
      if (row.hasGaps()) {
        if (before == null) throw new Problem("VALUE_UNAVAILABLE", "no earlier change of the row");
        message.setName(before.message().getName());
      }
      return new StoredTertiary(lsn, Encoded.again(message.build()));
    }
  }
}
