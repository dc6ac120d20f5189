package facts.bench;

/** What is wrong with a record: it becomes a dead letter with this code. No stack trace, for it is data, not a bug. */
final class Problem extends RuntimeException {
  final String code;

  Problem(String code, String message) {
    this(code, message, null);
  }

  Problem(String code, String message, Throwable cause) {
    super(message, cause, false, false);
    this.code = code;
  }
}
