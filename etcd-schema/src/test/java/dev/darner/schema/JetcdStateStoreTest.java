package dev.darner.schema;

import io.etcd.jetcd.Client;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class JetcdStateStoreTest extends StateStoreContract {
  private static EtcdProcess etcd;
  private static StateStore store;

  @BeforeAll
  static void start() throws Exception {
    etcd = EtcdProcess.started();
    store = open();
  }

  @AfterAll
  static void stop() throws Exception {
    if (store != null) {
      store.close();
    }
    if (etcd != null) {
      etcd.close();
    }
  }

  private static StateStore open() {
    return new JetcdStateStore(
        List.of(etcd.endpoint()), Duration.ofSeconds(20), InstantSource.system());
  }

  @Override
  StateStore store() {
    return store;
  }

  @Override
  StateStore anotherStore() {
    return open();
  }

  @Override
  void pass(Duration time) {
    // It passes by itself.
  }

  @Override
  void compact(long revision) throws Exception {
    try (Client client = Client.builder().endpoints(etcd.endpoint()).build()) {
      client.getKVClient().compact(revision).get();
    }
  }
}
