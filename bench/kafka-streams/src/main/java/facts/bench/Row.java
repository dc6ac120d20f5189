package facts.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The columns of one table's rows, read from the token stream as they come. */
abstract class Row {
  private final String[] columns;
  private final long all;
  private final boolean[] unavailable;
  private long seen;
  private boolean gaps;

  /** In the order of the table's definition, the key first. */
  Row(String... columns) {
    this.columns = columns;
    this.all = (1L << columns.length) - 1;
    this.unavailable = new boolean[columns.length];
  }

  /** Reads the value at the parser's position; returns the index of the column, -1 for one that is not needed. */
  abstract int column(String name, JsonParser json) throws IOException;

  abstract void clear();

  final void read(JsonParser json) throws IOException {
    clear();
    seen = 0;
    if (gaps) java.util.Arrays.fill(unavailable, false);
    gaps = false;
    String name;
    while ((name = json.nextFieldName()) != null) {
      json.nextToken();
      int place = column(name, json);
      if (place >= 0) seen |= 1L << place;
      else json.skipChildren();
    }
    if (seen != all) throw new IllegalStateException("COLUMN_MISSING: the record lacks a declared column");
  }

  final boolean hasGaps() {
    return gaps;
  }

  final boolean isUnavailable(int place) {
    return unavailable[place];
  }

  /** Columns whose TOASTed value the change did not carry. */
  final List<String> unavailableColumns() {
    List<String> names = new ArrayList<>();
    for (int place = 0; place < columns.length; place++) if (unavailable[place]) names.add(columns[place]);
    return names;
  }

  final Problem invalid(int place, String expected) {
    return new Problem("COLUMN_INVALID", "at after." + columns[place] + " expected " + expected);
  }

  /** Not null and not left out. */
  final String text(int place, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) throw invalid(place, "text");
    return json.getText();
  }

  final String textOrNull(int place, JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_NULL ? null : text(place, json);
  }

  /** A column that PostgreSQL may store out of line: null when the change does not carry it. */
  final String toasted(int place, JsonParser json) throws IOException {
    return available(place, text(place, json));
  }

  final String toastedOrNull(int place, JsonParser json) throws IOException {
    return json.currentToken() == JsonToken.VALUE_NULL ? null : toasted(place, json);
  }

  private String available(int place, String text) {
    if (text.length() != Columns.PLACEHOLDER.length() || !text.equals(Columns.PLACEHOLDER)) return text;
    missing(place);
    return null;
  }

  final void missing(int place) {
    gaps = true;
    unavailable[place] = true;
  }

  final long int64(int place, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) throw invalid(place, "an integer");
    return json.getLongValue();
  }

  final int int32(int place, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) throw invalid(place, "an integer");
    return json.getIntValue();
  }

  final boolean bool(int place, JsonParser json) {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_TRUE) return true;
    if (token == JsonToken.VALUE_FALSE) return false;
    throw invalid(place, "true or false");
  }

  /** Adds the elements to the list; a null element is empty text. False when the change does not carry the value. */
  final boolean texts(int place, JsonParser json, List<String> elements) throws IOException {
    elements.clear();
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getText().equals(Columns.PLACEHOLDER)) {
      missing(place);
      return false;
    }
    if (json.currentToken() != JsonToken.START_ARRAY) throw invalid(place, "a one-dimensional array of text");
    JsonToken token;
    while ((token = json.nextToken()) != JsonToken.END_ARRAY) {
      if (token == JsonToken.VALUE_NULL) elements.add("");
      else if (token == JsonToken.VALUE_STRING) elements.add(json.getText());
      else throw invalid(place, "a one-dimensional array of text");
    }
    if (elements.size() == 1 && elements.get(0).equals(Columns.PLACEHOLDER)) {
      elements.clear();
      missing(place);
      return false;
    }
    return true;
  }
}
