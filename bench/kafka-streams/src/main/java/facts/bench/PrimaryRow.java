package facts.bench;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import wildapp.primary.v1.PrimaryOuterClass.Primary;
import wildapp.primary.v1.PrimaryOuterClass.Status;

/** A row of wildapp_primary, straight into the fact's builder. */
final class PrimaryRow extends Row {
  private static final byte[] PLACEHOLDER_BYTES = Columns.PLACEHOLDER.getBytes(StandardCharsets.UTF_8);

  private final List<String> labels = new ArrayList<>();
  Primary.Builder fact = Primary.newBuilder();
  boolean hasSecondary;

  PrimaryRow() {
    super(
        "id", "secondary_id", "title", "status", "serial_number", "amount", "quantity", "score", "verified", "notes",
        "external_id", "happened_at", "due_on", "remind_at", "lead_time", "attributes", "labels", "fingerprint",
        "created_at", "updated_at");
  }

  @Override
  void clear() {
    fact = Primary.newBuilder();
    hasSecondary = false;
  }

  @Override
  int column(String name, JsonParser json) throws IOException {
    String text;
    switch (name) {
      case "id":
        int64(0, json);
        return 0;
      case "secondary_id":
        if (json.currentToken() != JsonToken.VALUE_NULL) {
          fact.setSecondaryId(int64(1, json));
          hasSecondary = true;
        }
        return 1;
      case "title":
        if ((text = toasted(2, json)) != null) fact.setTitle(text);
        return 2;
      case "status":
        fact.setStatus(status(text(3, json)));
        return 3;
      case "serial_number":
        fact.setSerialNumber(int64(4, json));
        return 4;
      case "amount":
        if ((text = Columns.decimal(text(5, json))) == null) throw invalid(5, "decimal text");
        fact.setAmount(text);
        return 5;
      case "quantity":
        fact.setQuantity(int32(6, json));
        return 6;
      case "score":
        if (json.currentToken() != JsonToken.VALUE_NULL) fact.setScore(score(json));
        return 7;
      case "verified":
        fact.setVerified(bool(8, json));
        return 8;
      case "notes":
        if ((text = toastedOrNull(9, json)) != null) fact.setNotes(text);
        return 9;
      case "external_id":
        if ((text = text(10, json)).length() != 36) throw invalid(10, "a UUID");
        fact.setExternalId(text);
        return 10;
      case "happened_at":
        if ((text = local(11, json, Columns.DATE_TIME)) != null) fact.setHappenedAt(text);
        return 11;
      case "due_on":
        if ((text = local(12, json, Columns.DATE)) != null) fact.setDueOn(text);
        return 12;
      case "remind_at":
        if ((text = local(13, json, Columns.TIME)) != null) fact.setRemindAt(text);
        return 13;
      case "lead_time":
        if ((text = textOrNull(14, json)) != null) {
          if (!text.startsWith("P")) throw invalid(14, "an ISO 8601 duration");
          fact.setLeadTime(text);
        }
        return 14;
      case "attributes":
        if ((text = toasted(15, json)) != null) fact.setAttributes(text);
        return 15;
      case "labels":
        if (texts(16, json, labels)) fact.addAllLabels(labels);
        return 16;
      case "fingerprint":
        if (json.currentToken() != JsonToken.VALUE_NULL) fingerprint(json);
        return 17;
      case "created_at":
        fact.setCreatedAt(SecondaryRow.instant(this, 18, json));
        return 18;
      case "updated_at":
        fact.setUpdatedAt(SecondaryRow.instant(this, 19, json));
        return 19;
      default:
        return -1;
    }
  }

  /** Takes a column's value from the row's last fact; false when it had none. */
  boolean take(String column, Primary last) {
    switch (column) {
      case "title":
        fact.setTitle(last.getTitle());
        return true;
      case "notes":
        if (!last.hasNotes()) return false;
        fact.setNotes(last.getNotes());
        return true;
      case "attributes":
        fact.setAttributes(last.getAttributes());
        return true;
      case "labels":
        fact.addAllLabels(last.getLabelsList());
        return true;
      case "fingerprint":
        if (!last.hasFingerprint()) return false;
        fact.setFingerprint(last.getFingerprint());
        return true;
      default:
        return false;
    }
  }

  private Status status(String label) {
    return switch (label) {
      case "draft" -> Status.STATUS_DRAFT;
      case "active" -> Status.STATUS_ACTIVE;
      case "archived" -> Status.STATUS_ARCHIVED;
      default -> throw invalid(3, "one of \"draft\", \"active\", \"archived\"");
    };
  }

  private double score(JsonParser json) throws IOException {
    if (json.currentToken().isNumeric()) return json.getDoubleValue();
    return switch (text(7, json)) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> throw invalid(7, "a number");
    };
  }

  private String local(int place, JsonParser json, int form) throws IOException {
    String text = textOrNull(place, json);
    if (text == null) return null;
    String local = Columns.local(text, form);
    if (local == null) throw invalid(place, "an ISO 8601 date or time");
    return local;
  }

  private void fingerprint(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) throw invalid(17, "base64 text");
    if (json.getTextLength() == Columns.PLACEHOLDER.length() && json.getText().equals(Columns.PLACEHOLDER)) {
      missing(17);
      return;
    }
    byte[] bytes = json.getBinaryValue(Base64Variants.MIME_NO_LINEFEEDS);
    if (Arrays.equals(bytes, PLACEHOLDER_BYTES)) missing(17);
    else fact.setFingerprint(bytes.length == 0 ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes));
  }
}
