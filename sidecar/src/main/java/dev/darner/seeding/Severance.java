package dev.darner.seeding;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import java.util.concurrent.TimeoutException;

/**
 * The means to end a call in its middle. An error in the ordinary way stands in line behind the
 * bytes that the receiver does not take, and they stay in memory; this drops them. Used by any
 * thread.
 */
final class Severance extends ServerStreamTracer {
  private static final Context.Key<Context.CancellableContext> CALL = Context.key("call");

  private Severance() {}

  /** Gives every call that means. */
  static ServerStreamTracer.Factory onEveryCall() {
    return new Factory() {
      @Override
      public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
        return new Severance();
      }
    };
  }

  /** Called on the thread that begins the call: what ends it, told why. */
  static Cut ofThisCall() {
    Context.CancellableContext call = CALL.get();
    return why -> call.cancel(new TimeoutException(why));
  }

  /** Ends one call. */
  interface Cut {
    void because(String why);
  }

  /** Only a call whose time is over is dropped with all that waits: so this is its time. */
  @Override
  public Context filterContext(Context context) {
    Context.CancellableContext call = context.withCancellation();
    return call.withValue(CALL, call);
  }
}
