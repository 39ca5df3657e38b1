package dev.darner.functions;

import dev.darner.access.AccessSettings;
import dev.darner.identity.TestAuthority;
import dev.darner.model.HostAddress;
import dev.darner.proto.AnnounceRequest;
import dev.darner.proto.AnnounceResponse;
import dev.darner.proto.FinishRequest;
import dev.darner.proto.Holding;
import dev.darner.proto.HostInfo;
import dev.darner.proto.JoinRequest;
import dev.darner.proto.JoinResponse;
import dev.darner.proto.MembershipGrpc;
import dev.darner.proto.PlacementGrpc;
import dev.darner.proto.RefreshRequest;
import dev.darner.schema.StateStore;
import dev.darner.state.Patience;
import dev.darner.state.World;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.TlsChannelCredentials;
import io.grpc.stub.ClientCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A replica on a free port of this machine, and a client of it. */
final class Replica implements AutoCloseable {
  static final FunctionName[] ALL = FunctionName.values();
  private static final JsonMapper JSON = new JsonMapper();

  /** For a call of a test; a sidecar waits less. */
  private static final int PATIENCE_SECONDS = 60;

  /** So that no host dies of a loaded machine. */
  private static final Duration LEASE = Duration.ofMinutes(5);

  /** So that a loaded machine changes no outcome. */
  private static final Patience LONG = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(30));

  private final Functions functions;
  private final ManagedChannel channel;
  private final HttpClient http;
  private final String base;

  private Replica(Functions functions) {
    this(
        functions,
        InsecureChannelCredentials.create(),
        HttpClient.newHttpClient(),
        "http://127.0.0.1:" + functions.port());
  }

  private Replica(
      Functions functions, ChannelCredentials credentials, HttpClient http, String base) {
    this.functions = functions;
    this.channel =
        Grpc.newChannelBuilderForAddress("127.0.0.1", functions.port(), credentials).build();
    this.http = http;
    this.base = base;
  }

  /** Starts one that speaks TLS; its client believes the authority, and shows nothing. */
  static Replica secret(
      StateStore store, TestAuthority authority, InstantSource clock, Consumer<String> notices)
      throws Exception {
    FunctionsSettings plain = settings(AccessTest.TOKENS, ALL);
    FunctionsSettings settings =
        new FunctionsSettings(
            plain.listen(),
            plain.state(),
            plain.access(),
            plain.functions(),
            plain.lease(),
            plain.announceInterval(),
            plain.preheats(),
            Optional.of(authority.settings(Duration.ofHours(1))));
    HttpClient http = HttpClient.newBuilder().sslContext(authority.believed()).build();
    Functions functions =
        Functions.start(
            settings, LONG, store, clock, () -> ThreadLocalRandom.current().nextLong(), notices);
    return new Replica(
        functions,
        shown(authority, Optional.empty()),
        http,
        "https://127.0.0.1:" + functions.port());
  }

  /** What a client believes and shows. */
  static ChannelCredentials shown(TestAuthority authority, Optional<TestAuthority.Held> own)
      throws Exception {
    TlsChannelCredentials.Builder credentials =
        TlsChannelCredentials.newBuilder().trustManager(stream(authority.pem()));
    if (own.isPresent()) {
      credentials.keyManager(stream(own.get().pem()), stream(own.get().pem()));
    }
    return credentials.build();
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Starts one over a store, which stays the caller's. */
  static Replica over(StateStore store, FunctionName... served) {
    return over(store, LONG, served);
  }

  /** Starts one that waits no longer for the store than it is told. */
  static Replica over(StateStore store, Patience patience, FunctionName... served) {
    AccessSettings open = FunctionsSettingsTest.OPEN;
    return start(settings(open, served), store, patience, InstantSource.system(), _ -> {});
  }

  /** Starts one whose hosts may be silent for so long. */
  static Replica over(StateStore store, Duration lease) {
    FunctionsSettings settings =
        new FunctionsSettings(
            new HostAddress("127.0.0.1", 0),
            StateSettings.inMemory(),
            FunctionsSettingsTest.OPEN,
            Set.of(ALL),
            lease,
            lease.dividedBy(3),
            PreheatSettings.USUAL,
            Optional.empty());
    return start(settings, store, LONG, InstantSource.system(), _ -> {});
  }

  /** Starts one that wants tokens, and tells of the first. */
  static Replica guarded(
      StateStore store, AccessSettings access, InstantSource clock, Consumer<String> notices) {
    return start(settings(access, ALL), store, LONG, clock, notices);
  }

  /** Starts one with all functions that keeps preheats as it is told. */
  static Replica over(StateStore store, PreheatSettings preheats) {
    FunctionsSettings settings = settings(FunctionsSettingsTest.OPEN, preheats, ALL);
    return start(settings, store, LONG, InstantSource.system(), _ -> {});
  }

  private static FunctionsSettings settings(AccessSettings access, FunctionName... served) {
    return settings(access, PreheatSettings.USUAL, served);
  }

  private static FunctionsSettings settings(
      AccessSettings access, PreheatSettings preheats, FunctionName... served) {
    return new FunctionsSettings(
        new HostAddress("127.0.0.1", 0),
        StateSettings.inMemory(),
        access,
        Set.of(served),
        LEASE,
        Duration.ofSeconds(3),
        preheats,
        Optional.empty());
  }

  private static Replica start(
      FunctionsSettings settings,
      StateStore store,
      Patience patience,
      InstantSource clock,
      Consumer<String> notices) {
    return new Replica(
        Functions.start(
            settings,
            patience,
            store,
            clock,
            () -> ThreadLocalRandom.current().nextLong(),
            notices));
  }

  /** Waits until it has seen the state. */
  Replica ready() throws Exception {
    Eventually.holds("the replica is ready", () -> get("/readyz").statusCode() == 200);
    return this;
  }

  int port() {
    return functions.port();
  }

  MembershipGrpc.MembershipBlockingStub membership() {
    return MembershipGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  PlacementGrpc.PlacementBlockingStub placement() {
    return PlacementGrpc.newBlockingStub(channel)
        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  static HostInfo host(int number, boolean seed) {
    return HostInfo.newBuilder()
        .setCluster("c")
        .setName("n" + number)
        .setPeerAddress("10.0.%d.%d:8472".formatted(number / 250, number % 250))
        .setSeed(seed)
        .setVersion("0.1.0")
        .build();
  }

  static Holding holding(int task, boolean sealed, int band) {
    return Holding.newBuilder()
        .setTask(World.task(task).text())
        .setSize(1000)
        .setSealed(sealed)
        .setBand(band)
        .build();
  }

  AnnounceResponse announce(HostInfo host, long generation, long base, List<Holding> held) {
    return membership()
        .announce(
            AnnounceRequest.newBuilder()
                .setHost(host)
                .setGeneration(generation)
                .setBaseGeneration(base)
                .addAllHeld(held)
                .build());
  }

  static JoinRequest joining(HostInfo host, int task) {
    return JoinRequest.newBuilder()
        .setHost(host)
        .setTask(World.task(task).text())
        .setSize(1000)
        .setLabel("docker.io/library/alpine")
        .build();
  }

  JoinResponse join(HostInfo host, int task) {
    return placement().join(joining(host, task));
  }

  JoinResponse refresh(HostInfo host, int task, String... failed) {
    return placement()
        .refresh(
            RefreshRequest.newBuilder()
                .setJoin(joining(host, task))
                .addAllFailedHosts(List.of(failed))
                .build());
  }

  /** Asks for other parents than one that it could not reach. */
  JoinResponse complain(HostInfo host, int task, String unreachable) {
    return placement()
        .refresh(
            RefreshRequest.newBuilder()
                .setJoin(joining(host, task))
                .addFailedHosts(unreachable)
                .addUnreachableHosts(unreachable)
                .build());
  }

  void finish(HostInfo host, int task) {
    var _ =
        placement()
            .finish(
                FinishRequest.newBuilder()
                    .setHost(host)
                    .setTask(World.task(task).text())
                    .setSize(1000)
                    .build());
  }

  /** A unary call of any bytes. */
  byte[] callRaw(String method, byte[] request) {
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

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send("GET", path);
  }

  HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
    return send(request(path).method(method, HttpRequest.BodyPublishers.noBody()));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path))
        .timeout(Duration.ofSeconds(PATIENCE_SECONDS));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String json) throws IOException, InterruptedException {
    URI uri = URI.create(base + path);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .timeout(Duration.ofSeconds(PATIENCE_SECONDS))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  JsonNode json(String path) throws IOException, InterruptedException {
    return JSON.readTree(get(path).body());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    http.close();
    functions.close();
  }
}
