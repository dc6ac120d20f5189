package facts.bench;

import static facts.bench.FactHeaders.utf8;

import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/** A record that could not be processed, as it was, with its cause and coordinates as headers. */
final class DeadLetter {
  private DeadLetter() {}

  static Record<byte[], byte[]> of(Record<byte[], byte[]> record, RecordMetadata at, Problem problem, String task) {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) headers.add("facts.input.header." + header.key(), header.value());
    String cause = problem.getCause() == null ? null : problem.getCause().getMessage();
    headers.add("facts.error.code", utf8(problem.code));
    headers.add("facts.error.message", utf8(problem.getMessage()));
    headers.add("facts.error.cause", utf8(cause == null ? "" : cause));
    headers.add("facts.input.topic", utf8(at.topic()));
    headers.add("facts.input.partition", utf8(Integer.toString(at.partition())));
    headers.add("facts.input.offset", utf8(Long.toString(at.offset())));
    headers.add("facts.input.timestamp", utf8(Long.toString(record.timestamp())));
    headers.add("facts.processor", utf8("wildapp.primary"));
    headers.add("facts.task", utf8(task));
    return record.withHeaders(headers);
  }
}
