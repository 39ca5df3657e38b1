package dev.darner.orders;

import dev.darner.controlplane.OrderOutcome;
import dev.darner.controlplane.OrderOutcome.Progress;
import dev.darner.controlplane.OrderedContent;
import dev.darner.model.Digest;
import dev.darner.origin.Credential;
import dev.darner.store.Content;
import dev.darner.task.BlobReader;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Fetches some contents, a few at a time. What has come is held until all has, so that none makes
 * room for another: done means that all of it was here at once.
 */
final class FetchJob implements Job {
  /** Contents at one time; each has several pieces in flight. */
  private static final int AT_ONCE = 4;

  private static final int LONGEST_CAUSE = 300;

  private final String id;
  private final Fetcher fetcher;
  private final Credential credential;
  private final List<Part> parts;
  private final Semaphore places = new Semaphore(AT_ONCE);

  /** Contents that are fetched, or wait for a place; others wait for another time, or are over. */
  private final AtomicInteger busy;

  private final Runnable rests;

  /**
   * @param patience makes one for each content
   * @param rests told when there is nothing to do but to wait for another time; must return at once
   */
  FetchJob(
      String id,
      List<OrderedContent> contents,
      Credential credential,
      Supplier<Patience> patience,
      Fetcher fetcher,
      Runnable rests) {
    this.id = id;
    this.fetcher = fetcher;
    this.credential = credential;
    this.parts = contents.stream().map(content -> new Part(content, patience.get())).toList();
    this.busy = new AtomicInteger(parts.size());
    this.rests = rests;
  }

  /** One content. Guarded by itself: its own thread changes it, others look. */
  private static final class Part {
    private final OrderedContent content;
    private final Patience patience;
    private BlobReader reader;
    private long size;
    private long received;
    private boolean sealed;

    /** Its thread alone touches it. */
    private boolean tried;

    private String digest = "";
    private String cause = "";

    private Part(OrderedContent content, Patience patience) {
      this.content = content;
      this.patience = patience;
      this.size = content.size();
    }

    private synchronized void opened(BlobReader other) {
      close();
      reader = other;
      size = other.content().layout().size();
    }

    private synchronized void sealed(Content whole) {
      sealed = true;
      boolean unnamed = content.ref().task().digest().isEmpty();
      digest = unnamed ? whole.digest().map(Digest::toString).orElse("") : "";
    }

    private synchronized void failed(String why) {
      cause = why.length() <= LONGEST_CAUSE ? why : why.substring(0, LONGEST_CAUSE);
    }

    private synchronized void close() {
      if (reader != null) {
        received = reader.content().received();
        reader.close();
        reader = null;
      }
    }

    private synchronized Progress progress() {
      long bytes = sealed ? size : reader == null ? received : reader.content().received();
      return new Progress(bytes, size, sealed, digest, cause);
    }
  }

  @Override
  public OrderOutcome run() throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> fetches =
          parts.stream().<Future<?>>map(p -> threads.submit(() -> fetch(p))).toList();
      try {
        for (Future<?> fetch : fetches) {
          fetch.get();
        }
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
      return outcome();
    } finally {
      parts.forEach(Part::close);
    }
  }

  private void fetch(Part part) {
    try {
      var _ = part.patience.insist(() -> attempt(part));
    } catch (FailedException e) {
      part.failed(e.getMessage());
    } catch (InterruptedException e) {
      part.failed("given up");
    }
  }

  private BlobReader attempt(Part part) throws FailedException, InterruptedException {
    if (part.tried) {
      busy.incrementAndGet();
    }
    try {
      return inPlace(part);
    } finally {
      part.tried = true;
      if (busy.decrementAndGet() == 0) {
        rests.run();
      }
    }
  }

  private BlobReader inPlace(Part part) throws FailedException, InterruptedException {
    places.acquire();
    try {
      BlobReader reader = fetcher.fetch(part.content.ref(), credential, part::opened);
      part.sealed(reader.content());
      return reader;
    } finally {
      places.release();
    }
  }

  @Override
  public boolean isResting() {
    return busy.get() == 0;
  }

  private OrderOutcome outcome() {
    List<Progress> progress = progress();
    long failed = progress.stream().filter(p -> !p.sealed()).count();
    if (failed == 0) {
      return OrderOutcome.done(id, progress);
    }
    String first =
        parts.stream()
            .filter(part -> !part.progress().sealed())
            .map(part -> part.content.ref().task() + ": " + part.progress().cause())
            .findFirst()
            .orElse("");
    return OrderOutcome.failed(
        id,
        "%d of %d contents did not come; %s".formatted(failed, progress.size(), first),
        progress);
  }

  private List<Progress> progress() {
    return parts.stream().map(Part::progress).toList();
  }

  @Override
  public OrderOutcome soFar() {
    String kept =
        parts.stream()
            .filter(part -> !part.patience.kept().isEmpty())
            .map(part -> part.content.ref().task() + ": " + part.patience.kept())
            .findFirst()
            .orElse("");
    return OrderOutcome.running(id, kept, progress());
  }
}
