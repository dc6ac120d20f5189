import org.apache.kafka.common.errors.RetriableException;

/** Prints Kafka's own table of errors: code, name, whether clients may try again. Run with Kafka's jars on the class path. */
public class Errors {
  public static void main(String[] arguments) {
    for (var error : org.apache.kafka.common.protocol.Errors.values()) {
      boolean retriable = error.exception() instanceof RetriableException;
      System.out.println(error.code() + "\t" + error.name() + "\t" + retriable);
    }
  }
}
