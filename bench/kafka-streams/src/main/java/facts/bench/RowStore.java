package facts.bench;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * A global store of objects. The stores that Kafka Streams ships keep bytes, so that every lookup deserialises a row
 * again; rows that are only looked up may as well stay what they are.
 */
final class RowStore<K, V> implements StateStore {
  final Map<K, V> rows = new ConcurrentHashMap<>();
  private final String name;
  private volatile boolean open;

  private RowStore(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    // Restored through the processor that fills it, because a global store's topic is its changelog.
    context.register(
        root,
        (key, value) -> {
          throw new UnsupportedOperationException("restored by its processor");
        });
    open = true;
  }

  @Override
  public void close() {
    open = false;
    rows.clear();
  }

  @Override
  public boolean persistent() {
    return false;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  static final class Builder<K, V> implements StoreBuilder<RowStore<K, V>> {
    private final String name;

    Builder(String name) {
      this.name = name;
    }

    @Override
    public RowStore<K, V> build() {
      return new RowStore<>(name);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public StoreBuilder<RowStore<K, V>> withCachingEnabled() {
      throw new UnsupportedOperationException();
    }

    @Override
    public StoreBuilder<RowStore<K, V>> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<RowStore<K, V>> withLoggingEnabled(Map<String, String> config) {
      throw new UnsupportedOperationException();
    }

    @Override
    public StoreBuilder<RowStore<K, V>> withLoggingDisabled() {
      return this;
    }

    @Override
    public Map<String, String> logConfig() {
      return Map.of();
    }

    @Override
    public boolean loggingEnabled() {
      return false;
    }
  }
}
