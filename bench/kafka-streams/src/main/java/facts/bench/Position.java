package facts.bench;

/** Position of a change in the source; reused from record to record. */
final class Position {
  String connector;
  String database;
  String schema;
  String table;
  long lsn;
  long transactionId;
  /** 0 without one. */
  long transactionOrder;
  /** Commit time, microseconds since the epoch. */
  long committedAt;
  boolean snapshot;

  void clear() {
    connector = database = schema = table = null;
    lsn = -1;
    transactionId = 0;
    transactionOrder = 0;
    committedAt = Long.MIN_VALUE;
    snapshot = false;
  }

  void check() {
    if (connector == null || database == null || schema == null || table == null) {
      throw new Problem("ENVELOPE_INVALID", "source lacks name, db, schema or table");
    }
    if (lsn < 0) throw new Problem("ENVELOPE_INVALID", "source has no lsn");
    if (committedAt == Long.MIN_VALUE) throw new Problem("ENVELOPE_INVALID", "source has no ts_us");
  }
}
