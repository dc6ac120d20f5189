package facts.bench;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Protobuf as it goes to the topic. */
final class Encoded {
  /** Magic byte, schema id, and the message index of a file's first message. */
  private static final int PREFIX = 6;

  private Encoded() {}

  static byte[] framed(int schemaId, Message message) {
    int size = message.getSerializedSize();
    byte[] bytes = new byte[PREFIX + size];
    bytes[1] = (byte) (schemaId >>> 24);
    bytes[2] = (byte) (schemaId >>> 16);
    bytes[3] = (byte) (schemaId >>> 8);
    bytes[4] = (byte) schemaId;
    CodedOutputStream output = CodedOutputStream.newInstance(bytes, PREFIX, size);
    try {
      message.writeTo(output);
    } catch (IOException error) {
      throw new UncheckedIOException(error);
    }
    output.checkNoSpaceLeft();
    return bytes;
  }

  /** The same message with its texts as UTF-8 bytes, so that writing it again and again encodes nothing. */
  @SuppressWarnings("unchecked")
  static <M extends Message> M again(M message) {
    try {
      return (M) message.getParserForType().parseFrom(message.toByteArray());
    } catch (InvalidProtocolBufferException error) {
      throw new IllegalStateException(error);
    }
  }
}
