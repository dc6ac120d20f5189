package facts.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The schema id of a subject's newest version, asked once. */
final class Registry {
  private static final Pattern ID = Pattern.compile("\"id\"\\s*:\\s*([0-9]+)");

  private Registry() {}

  static int newestId(String url, String subject) throws IOException, InterruptedException {
    URI uri = URI.create(url + "/subjects/" + subject + "/versions/latest");
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    Matcher id = ID.matcher(response.body());
    if (response.statusCode() == 200 && id.find()) return Integer.parseInt(id.group(1));
    throw new IOException(uri + " answered " + response.statusCode() + ": " + response.body());
  }
}
