package facts.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import wildapp.primary.v1.PrimaryOuterClass.Secondary;

/** A row of wildapp_secondary, as in a fact but without the tertiary. */
final class SecondaryRow extends Row {
  static final int NAME = 2;
  static final int CODE = 3;
  static final int TAGS = 5;
  static final int SETTINGS = 6;

  private final List<String> tags = new ArrayList<>();
  Secondary.Builder secondary = Secondary.newBuilder();
  String tertiaryId;

  SecondaryRow() {
    super(
        "id", "tertiary_id", "name", "code", "rating", "tags", "settings", "active", "created_at", "updated_at");
  }

  @Override
  void clear() {
    secondary = Secondary.newBuilder();
  }

  @Override
  int column(String name, JsonParser json) throws IOException {
    String text;
    switch (name) {
      case "id":
        secondary.setId(int64(0, json));
        return 0;
      case "tertiary_id":
        tertiaryId = text(1, json);
        return 1;
      case "name":
        if ((text = toasted(NAME, json)) != null) secondary.setName(text);
        return NAME;
      case "code":
        if ((text = toasted(CODE, json)) != null) secondary.setCode(text);
        return CODE;
      case "rating":
        if ((text = textOrNull(4, json)) != null) secondary.setRating(Columns.decimal(text));
        return 4;
      case "tags":
        if (texts(TAGS, json, tags)) secondary.addAllTags(tags);
        return TAGS;
      case "settings":
        if ((text = toasted(SETTINGS, json)) != null) secondary.setSettings(text);
        return SETTINGS;
      case "active":
        secondary.setActive(bool(7, json));
        return 7;
      case "created_at":
        instant(this, 8, json);
        return 8;
      case "updated_at":
        instant(this, 9, json);
        return 9;
      default:
        return -1;
    }
  }

  static Timestamp instant(Row row, int place, JsonParser json) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      Timestamp instant =
          Columns.instant(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
      if (instant != null) return instant;
      throw new Problem("MAP_FAILED", "no instant that google.protobuf.Timestamp can hold: " + json.getText());
    }
    throw row.invalid(place, "an ISO 8601 time in UTC");
  }
}
