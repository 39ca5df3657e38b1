package dev.darner.schema;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeResponse;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrantResponse;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.LeaseRevokeResponse;
import io.etcd.jetcd.api.PutResponse;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * etcd's protocol over another store, on this machine: as much of it as {@link JetcdStateStore}
 * uses. A build that makes a start-up cache has no etcd, and lets a process learn the way to one
 * here. It serves nobody else: it pages nothing, and answers no question that is not asked of it.
 */
public final class LoopbackEtcd implements AutoCloseable {
  private final StateStore state;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Server server;

  /**
   * Serves at a free port.
   *
   * @param state stays open when this is closed
   */
  public LoopbackEtcd(StateStore state) throws IOException {
    this.state = state;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .executor(threads)
            .addService(new Keys())
            .addService(new Leases())
            .addService(new Watches())
            .build()
            .start();
  }

  /** Where it is. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() {
    watches.forEach(Watch::close);
    server.shutdownNow();
    threads.shutdownNow();
  }

  private interface Question<T> {
    T ask() throws StateException, InterruptedException;
  }

  private static <T> void answer(StreamObserver<T> asker, Question<T> question) {
    try {
      asker.onNext(question.ask());
      asker.onCompleted();
    } catch (StateException.NoLease e) {
      asker.onError(Status.NOT_FOUND.withDescription(e.getMessage()).asException());
    } catch (StateException e) {
      asker.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asException());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      asker.onError(Status.CANCELLED.asException());
    }
  }

  private static ResponseHeader header(long revision) {
    return ResponseHeader.newBuilder().setClusterId(1).setRevision(revision).build();
  }

  private static KeyValue keyValue(Entry entry) {
    return KeyValue.newBuilder()
        .setKey(ByteString.copyFromUtf8(entry.key()))
        .setValue(ByteString.copyFromUtf8(entry.value()))
        .setModRevision(entry.revision())
        .setLease(entry.lease())
        .build();
  }

  private static String text(ByteString bytes) {
    return bytes.toString(UTF_8);
  }

  private static RangeResponse found(long revision, List<Entry> entries) {
    return RangeResponse.newBuilder()
        .setHeader(header(revision))
        .setCount(entries.size())
        .addAllKvs(entries.stream().map(LoopbackEtcd::keyValue).toList())
        .build();
  }

  private final class Keys extends KVGrpc.KVImplBase {
    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> asker) {
      answer(asker, () -> request.getRangeEnd().isEmpty() ? one(request) : all(request));
    }

    private RangeResponse one(RangeRequest request) throws StateException, InterruptedException {
      TransactionResult read = state.commit(Transaction.reading(List.of(text(request.getKey()))));
      return found(read.revision(), read.reads());
    }

    private RangeResponse all(RangeRequest request) throws StateException, InterruptedException {
      Snapshot snapshot = state.snapshot(Key.ROOT, text(request.getKey()));
      return found(snapshot.revision(), snapshot.entries());
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> asker) {
      answer(asker, () -> done(request));
    }

    private TxnResponse done(TxnRequest request) throws StateException, InterruptedException {
      TransactionResult result =
          state.commit(
              new Transaction(
                  request.getCompareList().stream().map(this::condition).toList(),
                  request.getSuccessList().stream()
                      .filter(RequestOp::hasRequestPut)
                      .map(this::put)
                      .toList(),
                  request.getSuccessList().stream()
                      .filter(RequestOp::hasRequestDeleteRange)
                      .map(step -> text(step.getRequestDeleteRange().getKey()))
                      .toList(),
                  Stream.of(request.getSuccessList(), request.getFailureList())
                      .flatMap(List::stream)
                      .filter(RequestOp::hasRequestRange)
                      .map(step -> text(step.getRequestRange().getKey()))
                      .distinct()
                      .toList()));
      List<RequestOp> steps =
          result.written() ? request.getSuccessList() : request.getFailureList();
      return TxnResponse.newBuilder()
          .setHeader(header(result.revision()))
          .setSucceeded(result.written())
          .addAllResponses(steps.stream().map(step -> answered(step, result)).toList())
          .build();
    }

    private Transaction.Condition condition(Compare compare) {
      return new Transaction.Condition(text(compare.getKey()), compare.getModRevision());
    }

    private Transaction.Put put(RequestOp step) {
      return new Transaction.Put(
          text(step.getRequestPut().getKey()),
          text(step.getRequestPut().getValue()),
          step.getRequestPut().getLease());
    }

    private ResponseOp answered(RequestOp step, TransactionResult result) {
      ResponseOp.Builder answer = ResponseOp.newBuilder();
      if (step.hasRequestPut()) {
        answer.setResponsePut(PutResponse.getDefaultInstance());
      } else if (step.hasRequestDeleteRange()) {
        answer.setResponseDeleteRange(DeleteRangeResponse.getDefaultInstance());
      } else {
        String key = text(step.getRequestRange().getKey());
        answer.setResponseRange(
            found(
                result.revision(),
                result.reads().stream().filter(entry -> entry.key().equals(key)).toList()));
      }
      return answer.build();
    }
  }

  private final class Leases extends LeaseGrpc.LeaseImplBase {
    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> asker) {
      answer(
          asker,
          () ->
              LeaseGrantResponse.newBuilder()
                  .setHeader(header(1))
                  .setID(state.grantLease(Duration.ofSeconds(request.getTTL())))
                  .setTTL(request.getTTL())
                  .build());
    }

    @Override
    public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> asker) {
      answer(
          asker,
          () -> {
            state.revoke(request.getID());
            return LeaseRevokeResponse.newBuilder().setHeader(header(1)).build();
          });
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(
        StreamObserver<LeaseKeepAliveResponse> asker) {
      return new Requests<>(asker) {
        @Override
        void heed(LeaseKeepAliveRequest request) throws StateException, InterruptedException {
          asker.onNext(
              LeaseKeepAliveResponse.newBuilder()
                  .setHeader(header(1))
                  .setID(request.getID())
                  .setTTL(state.keepAlive(request.getID()) ? 1 : 0)
                  .build());
        }
      };
    }
  }

  private final class Watches extends WatchGrpc.WatchImplBase {
    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> asker) {
      return new Requests<>(asker) {
        @Override
        void heed(WatchRequest request) {
          if (request.hasCreateRequest()) {
            asker.onNext(WatchResponse.newBuilder().setHeader(header(1)).setCreated(true).build());
            follow(request.getCreateRequest(), asker);
          }
        }
      };
    }

    private void follow(WatchCreateRequest request, StreamObserver<WatchResponse> asker) {
      watches.add(
          state.watch(
              text(request.getKey()),
              Math.max(1, request.getStartRevision()),
              new WatchListener() {
                @Override
                public void changed(List<Change> changes, long revision) {
                  asker.onNext(
                      WatchResponse.newBuilder()
                          .setHeader(header(revision))
                          .addAllEvents(changes.stream().map(change -> event(change)).toList())
                          .build());
                }

                @Override
                public void lost(StateException reason) {
                  asker.onError(Status.OUT_OF_RANGE.asException());
                }
              }));
    }

    private Event event(WatchListener.Change change) {
      return Event.newBuilder()
          .setType(change.deleted() ? Event.EventType.DELETE : Event.EventType.PUT)
          .setKv(keyValue(change.entry()))
          .build();
    }
  }

  /** What a stream asks; it ends when its asker ends it. */
  private abstract static class Requests<Q> implements StreamObserver<Q> {
    private final StreamObserver<?> asker;

    private Requests(StreamObserver<?> asker) {
      this.asker = asker;
    }

    abstract void heed(Q request) throws StateException, InterruptedException;

    @Override
    public void onNext(Q request) {
      try {
        heed(request);
      } catch (StateException e) {
        asker.onError(Status.UNAVAILABLE.withDescription(e.getMessage()).asException());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void onError(Throwable why) {
      // Who asked is gone.
    }

    @Override
    public void onCompleted() {
      asker.onCompleted();
    }
  }
}
