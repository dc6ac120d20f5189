import com.launchdarkly.eventsource.ErrorStrategy;
import com.launchdarkly.eventsource.EventSource;
import com.launchdarkly.eventsource.MessageEvent;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Follows streams with okhttp-eventsource, as its documentation shows it: Client CLIENT URL...
 * Prints a line of JSON for each event, with the number of its URL.
 */
final class Client {
  private static final PrintStream OUTPUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  private Client() {}

  public static void main(String[] arguments) {
    for (int argument = 1; argument < arguments.length; argument++) {
      int way = argument - 1;
      URI url = URI.create(arguments[argument]);
      new Thread(() -> follow(way, url)).start();
    }
  }

  private static void follow(int way, URI url) {
    // By itself it throws when a connection ends.
    EventSource.Builder builder =
        new EventSource.Builder(url).errorStrategy(ErrorStrategy.alwaysContinue());
    try (EventSource source = builder.build()) {
      for (MessageEvent event : source.messages()) {
        String fields = "\"id\":" + quoted(event.getLastEventId()) + ",\"data\":" + quoted(event.getData());
        OUTPUT.println("{\"way\":" + way + "," + fields + "}");
      }
    }
    OUTPUT.println("{\"way\":" + way + ",\"ended\":true}");
  }

  /** As a string of JSON. */
  private static String quoted(String text) {
    if (text == null) return "null";
    StringBuilder json = new StringBuilder("\"");
    for (char unit : text.toCharArray()) {
      if (unit == '"' || unit == '\\') json.append('\\').append(unit);
      else if (unit < ' ') json.append(String.format("\\u%04x", (int) unit));
      else json.append(unit);
    }
    return json.append('"').toString();
  }
}
