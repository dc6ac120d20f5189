package facts.bench;

import com.google.protobuf.Timestamp;

/** Forms of the connector's settings: time.precision.mode=isostring, decimal.handling.mode=string. */
final class Columns {
  static final String PLACEHOLDER = "__debezium_unavailable_value";

  private Columns() {}

  /** PostgreSQL's spelling of what Debezium calls otherwise; null when it is no decimal. */
  static String decimal(String text) {
    int at = text.startsWith("-") ? 1 : 0;
    int digits = 0;
    boolean point = false;
    for (int i = at; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') digits++;
      else if (c == '.' && !point && digits > 0 && i + 1 < text.length()) point = true;
      else digits = Integer.MIN_VALUE;
    }
    if (digits > 0) return text;
    return switch (text) {
      case "NAN" -> "NaN";
      case "POSITIVE_INFINITY" -> "Infinity";
      case "NEGATIVE_INFINITY" -> "-Infinity";
      default -> null;
    };
  }

  /** A date, time or timestamp without the Z that Debezium writes although it means nothing; null when it is none. */
  static String local(String text, int from) {
    int length = text.length();
    boolean fits =
        switch (from) {
          case DATE -> length == 11 && isDate(text);
          case TIME -> length >= 9 && isTime(text, 0);
          default -> length >= 20 && isDate(text) && text.charAt(10) == 'T' && isTime(text, 11);
        };
    if (fits && text.charAt(length - 1) == 'Z') return text.substring(0, length - 1);
    return unusual(text, from);
  }

  static final int DATE = 0;
  static final int TIME = 1;
  static final int DATE_TIME = 2;

  /** Years beyond four digits; Debezium writes the infinities as years beyond PostgreSQL's range. */
  private static String unusual(String text, int from) {
    if (from == TIME) return null;
    if (text.equals("infinity") || text.equals("-infinity")) return text;
    var match = LONG_YEAR.matcher(text);
    if (!match.matches()) return null;
    int year = Integer.parseInt(match.group(2));
    if (year > (from == DATE ? 5_874_897 : 294_276)) return "infinity";
    return year < -4_712 ? "-infinity" : match.group(1);
  }

  private static final java.util.regex.Pattern LONG_YEAR =
      java.util.regex.Pattern.compile(
          "(([+-]?[0-9]{4,9})-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,6})?)?)Z?");

  private static boolean isDate(String text) {
    return isDigits(text, 0, 4)
        && text.charAt(4) == '-'
        && isDigits(text, 5, 7)
        && text.charAt(7) == '-'
        && isDigits(text, 8, 10);
  }

  private static boolean isTime(String text, int at) {
    int length = text.length() - 1;
    if (!isDigits(text, at, at + 2) || text.charAt(at + 2) != ':') return false;
    if (!isDigits(text, at + 3, at + 5) || text.charAt(at + 5) != ':') return false;
    if (!isDigits(text, at + 6, at + 8)) return false;
    if (length == at + 8) return true;
    int fraction = length - at - 9;
    return text.charAt(at + 8) == '.' && fraction >= 1 && fraction <= 6 && isDigits(text, at + 9, length);
  }

  private static boolean isDigits(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') return false;
    }
    return true;
  }

  /** An instant as Debezium writes it, 2026-01-02T03:04:05.678901Z; null when it is none that a Timestamp can hold. */
  static Timestamp instant(char[] text, int from, int length) {
    if (length < 20 || text[from + 4] != '-' || text[from + length - 1] != 'Z') return null;
    long days = days(digits(text, from, 4), digits(text, from + 5, 2), digits(text, from + 8, 2));
    long time = digits(text, from + 11, 2) * 3_600L + digits(text, from + 14, 2) * 60L + digits(text, from + 17, 2);
    int nanos = 0;
    if (length > 21) {
      nanos = digits(text, from + 20, length - 21);
      for (int i = length - 21; i < 9; i++) nanos *= 10;
    }
    return Timestamp.newBuilder().setSeconds(days * 86_400L + time).setNanos(nanos).build();
  }

  private static int digits(char[] text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) throw new Problem("COLUMN_INVALID", "expected an ISO 8601 time in UTC");
      value = value * 10 + digit;
    }
    return value;
  }

  /** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, chrono-compatible date algorithms). */
  private static long days(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = Math.floorDiv(y, 400);
    int yearOfEra = y - era * 400;
    int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097L + dayOfEra - 719_468L;
  }
}
