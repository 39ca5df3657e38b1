package dev.darner.origin;

import dev.darner.transport.Line;
import dev.darner.transport.Lines;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * Sends one request over HTTP/1.1 and waits for the head of its answer, with a deadline.
 * Connections are kept for reuse, each with one answer at a time. No proxy is used: only allowed
 * servers are dialled, at the addresses that were looked at. Safe for use by many threads.
 */
final class Dialer implements AutoCloseable {
  /** Twice the reads that have a buffer at a time. */
  private static final int MOST = 128;

  private static final int MOST_OF_ONE = 96;
  private static final int MOST_IDLE = 32;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Pattern FOUR_NUMBERS = Pattern.compile("[0-9.]+");

  private final Duration dial;
  private final Duration response;
  private final Duration stall;
  private final Supplier<SSLContext> tls;
  private final Places places = new Places(MOST, MOST_OF_ONE);
  private final ScheduledThreadPoolExecutor timer;
  private final Lines<Site> lines;

  Dialer(OriginSettings settings) {
    this.dial = settings.dial();
    this.response = settings.response();
    this.stall = settings.stall();
    this.tls = settings.tls();
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("origin-lines").factory());
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    this.lines = new Lines<>(timer, new Lines.Limits(shorter(response, stall), IDLE, MOST_IDLE));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** What to ask, of whom, and until when. */
  private record Errand(Ask ask, List<InetAddress> addresses, boolean atHome, Deadline deadline) {

    Stream<Site> sites() {
      return addresses.stream().map(address -> new Site(ask.endpoint(), address));
    }
  }

  /**
   * @param addresses of the server of {@code ask}; no other is dialled
   * @param atHome as in {@link Answer}
   * @throws OriginException.Unavailable when there is no answer in time
   */
  Answer send(Ask ask, List<InetAddress> addresses, boolean atHome)
      throws OriginException, InterruptedException {
    Errand errand = new Errand(ask, addresses, atHome, Deadline.in(response));
    places.take(ask.endpoint(), errand.deadline());
    boolean answered = false;
    try {
      Answer answer = answer(errand);
      answered = true;
      return answer;
    } catch (IOException e) {
      throw failure(ask, e);
    } catch (IllegalArgumentException e) {
      throw new OriginException.Unavailable("not a request that can be sent: " + ask, e);
    } finally {
      if (!answered) {
        places.giveBack(ask.endpoint());
      }
    }
  }

  private OriginException failure(Ask ask, IOException cause) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("while asking " + ask.endpoint());
    }
    if (cause instanceof SocketTimeoutException) {
      return new OriginException.Unavailable(
          ask.endpoint() + " did not answer within " + response.toMillis() + " ms", cause);
    }
    return new OriginException.Unavailable(
        "cannot ask " + ask.endpoint() + ": " + reason(cause), cause);
  }

  private Answer answer(Errand errand) throws IOException {
    Optional<Line<Site>> kept =
        errand.sites().flatMap(site -> lines.takeIdle(site).stream()).findFirst();
    Optional<Answer> answer =
        kept.isPresent() ? perhaps(errand, exchange(kept.get(), errand)) : Optional.empty();
    return answer.isPresent() ? answer.get() : over(exchange(dial(errand), errand), errand);
  }

  private Exchange exchange(Line<Site> line, Errand errand) {
    return new Exchange(line, errand.deadline(), stall);
  }

  /**
   * Asks over a connection that was kept. What is asked may always be asked twice; empty when the
   * other end had left the connection, and nobody was asked.
   */
  private Optional<Answer> perhaps(Errand errand, Exchange exchange) throws IOException {
    try {
      return Optional.of(over(exchange, errand));
    } catch (IOException e) {
      if (exchange.stillborn() && !Thread.currentThread().isInterrupted()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Answer over(Exchange exchange, Errand errand) throws IOException {
    boolean answered = false;
    try {
      Head head = exchange.ask(errand.ask());
      BodyStream body = new BodyStream(exchange, stall, clean -> end(exchange.line(), clean));
      answered = true;
      return new Answer(errand.ask(), errand.atHome(), head, body);
    } finally {
      if (!answered) {
        lines.giveBack(exchange.line(), false);
      }
    }
  }

  private void end(Line<Site> line, boolean clean) {
    lines.giveBack(line, clean);
    places.giveBack(line.to().endpoint());
  }

  private Line<Site> dial(Errand errand) throws IOException {
    Line<Site> line = connected(errand);
    if (!line.to().endpoint().secure()) {
      return line;
    }
    boolean secured = false;
    try {
      line.secure(engine(line.to().endpoint()), errand.deadline().left());
      secured = true;
      return line;
    } catch (IOException e) {
      throw line.late() ? Exchange.tooLate(e) : e;
    } finally {
      if (!secured) {
        lines.giveBack(line, false);
      }
    }
  }

  /** Tries one address after the other; each but the last has half of the time that is left. */
  private Line<Site> connected(Errand errand) throws IOException {
    Deadline deadline = Deadline.in(shorter(dial, errand.deadline().left()));
    Iterator<Site> sites = errand.sites().iterator();
    IOException failure = new ConnectException("it has no address");
    while (sites.hasNext() && !Thread.currentThread().isInterrupted()) {
      Site site = sites.next();
      Duration left = deadline.left().dividedBy(sites.hasNext() ? 2 : 1);
      try {
        return lines.open(site, line -> line.connect(site.socketAddress(), left));
      } catch (SocketTimeoutException e) {
        failure = new ConnectException("it takes no connection within " + dial.toMillis() + " ms");
        failure.initCause(e);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private SSLEngine engine(Endpoint endpoint) {
    SSLEngine engine = tls.get().createSSLEngine(endpoint.host(), endpoint.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    serverName(endpoint.host()).ifPresent(name -> parameters.setServerNames(List.of(name)));
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** An address is no name to ask for. */
  private static Optional<SNIServerName> serverName(String host) {
    try {
      boolean address = host.contains(":") || FOUR_NUMBERS.matcher(host).matches();
      return address ? Optional.empty() : Optional.of(new SNIHostName(host));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What a person should read of a failed exchange. */
  static String reason(IOException failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    lines.close();
    timer.shutdownNow();
  }
}
