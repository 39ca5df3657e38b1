package dev.darner.rig;

import dev.darner.model.HostAddress;
import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Somebody who calls methods with whatever bytes. Safe for use by many threads. */
public record GrpcCaller(ManagedChannel channel) {
  private static final int PATIENCE_SECONDS = 20;

  /** One whose connection the rig ends. */
  public static GrpcCaller to(Rig rig, HostAddress address) {
    ManagedChannel channel =
        Grpc.newChannelBuilder(address.toString(), InsecureChannelCredentials.create()).build();
    rig.own((AutoCloseable) channel::shutdownNow);
    return new GrpcCaller(channel);
  }

  /**
   * A unary call.
   *
   * @throws io.grpc.StatusRuntimeException when it is refused
   */
  public byte[] call(String method, byte[] request) {
    MethodDescriptor<byte[], byte[]> raw =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(new Bytes())
            .setResponseMarshaller(new Bytes())
            .build();
    CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return ClientCalls.blockingUnaryCall(channel, raw, options, request);
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
