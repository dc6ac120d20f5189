package facts.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;

/** Reads Debezium's envelope in one pass over its tokens; one per thread. */
final class ChangeReader {
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .enable(StreamReadFeature.USE_FAST_BIG_NUMBER_PARSER)
          .build();

  final Position position = new Position();
  /** c, r, u, d or t. */
  char operation;
  private final Row row;

  ChangeReader(Row row) {
    this.row = row;
  }

  /** Reads a value; afterwards `operation`, `position` and, unless it is a delete, the row are set. */
  void read(byte[] value) {
    position.clear();
    operation = 0;
    boolean hasRow = false;
    try (JsonParser json = JSON.createParser(value)) {
      if (json.nextToken() != JsonToken.START_OBJECT) throw invalid("the envelope is not an object");
      String name;
      while ((name = json.nextFieldName()) != null) {
        JsonToken token = json.nextToken();
        switch (name) {
          case "after":
            if (token == JsonToken.START_OBJECT) {
              row.read(json);
              hasRow = true;
            } else if (token != JsonToken.VALUE_NULL) throw invalid("after is not an object");
            break;
          case "source":
            if (token != JsonToken.START_OBJECT) throw invalid("source is not an object");
            source(json);
            break;
          case "transaction":
            if (token == JsonToken.START_OBJECT) transaction(json);
            else if (token != JsonToken.VALUE_NULL) throw invalid("transaction is not an object");
            break;
          case "op":
            operation = json.getTextLength() == 1 ? json.getTextCharacters()[json.getTextOffset()] : 0;
            break;
          default:
            json.skipChildren();
        }
      }
      if (json.nextToken() != null) throw new Problem("JSON_INVALID", "more than one value");
    } catch (InputCoercionException error) {
      throw new Problem("COLUMN_INVALID", error.getOriginalMessage(), error);
    } catch (JsonProcessingException error) {
      throw new Problem("JSON_INVALID", error.getOriginalMessage(), error);
    } catch (IOException error) {
      throw new Problem("JSON_INVALID", error.getMessage(), error);
    }
    position.check();
    boolean wantsRow = operation == 'c' || operation == 'r' || operation == 'u';
    if (!wantsRow && operation != 'd' && operation != 't') throw invalid("op is none of c, r, u, d, t");
    if (wantsRow != hasRow && operation != 't') throw invalid("after does not fit op");
  }

  private void source(JsonParser json) throws IOException {
    String name;
    long milliseconds = Long.MIN_VALUE;
    String sequence = null;
    while ((name = json.nextFieldName()) != null) {
      JsonToken token = json.nextToken();
      if (token == JsonToken.VALUE_NULL) continue;
      switch (name) {
        case "name" -> position.connector = json.getText();
        case "db" -> position.database = json.getText();
        case "schema" -> position.schema = json.getText();
        case "table" -> position.table = json.getText();
        case "snapshot" -> position.snapshot = !json.getText().equals("false");
        case "lsn" -> position.lsn = json.getLongValue();
        case "txId" -> position.transactionId = json.getLongValue();
        case "ts_us" -> position.committedAt = json.getLongValue();
        case "ts_ms" -> milliseconds = json.getLongValue();
        // Only an incremental snapshot's row needs it.
        case "sequence" -> {
          if (position.lsn < 0) sequence = json.getText();
        }
        default -> json.skipChildren();
      }
    }
    if (position.lsn < 0 && sequence != null) position.lsn = lastOf(sequence);
    if (position.committedAt == Long.MIN_VALUE && milliseconds != Long.MIN_VALUE) {
      position.committedAt = milliseconds * 1_000;
    }
  }

  private void transaction(JsonParser json) throws IOException {
    String name;
    while ((name = json.nextFieldName()) != null) {
      json.nextToken();
      if (name.equals("total_order")) position.transactionOrder = json.getLongValue();
      else json.skipChildren();
    }
  }

  /** The key's column `id`, at which the parser is in the end. */
  static JsonParser idOf(byte[] key) {
    if (key == null) throw new Problem("KEY_INVALID", "the record has no key");
    try {
      JsonParser json = JSON.createParser(key);
      if (json.nextToken() == JsonToken.START_OBJECT) {
        String name;
        while ((name = json.nextFieldName()) != null) {
          json.nextToken();
          if (name.equals("id")) return json;
          json.skipChildren();
        }
      }
    } catch (IOException error) {
      throw new Problem("KEY_INVALID", error.getMessage(), error);
    }
    throw new Problem("KEY_INVALID", "the key has no id");
  }

  static long longId(byte[] key) {
    try (JsonParser json = idOf(key)) {
      if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) return json.getLongValue();
    } catch (IOException error) {
      throw new Problem("KEY_INVALID", error.getMessage(), error);
    }
    throw new Problem("KEY_INVALID", "the key's id is not an integer");
  }

  static String textId(byte[] key) {
    try (JsonParser json = idOf(key)) {
      if (json.currentToken() == JsonToken.VALUE_STRING) return json.getText();
    } catch (IOException error) {
      throw new Problem("KEY_INVALID", error.getMessage(), error);
    }
    throw new Problem("KEY_INVALID", "the key's id is not text");
  }

  private static long lastOf(String sequence) {
    int end = sequence.lastIndexOf('"');
    int start = end < 0 ? -1 : sequence.lastIndexOf('"', end - 1);
    return start < 0 ? -1 : Long.parseLong(sequence.substring(start + 1, end));
  }

  private static Problem invalid(String message) {
    return new Problem("ENVELOPE_INVALID", message);
  }
}
