package dev.darner.registry;

import dev.darner.model.Digest;
import dev.darner.model.Repository;
import dev.darner.origin.AcceptedTypes;
import dev.darner.origin.Credential;
import dev.darner.origin.ManifestDescriptor;
import dev.darner.origin.Origin;
import dev.darner.origin.OriginException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Asks the origin which manifest a tag names, and believes the answer for a short while. One
 * question at a time for the same tag, types and credential, however many ask. While the origin
 * cannot be reached an older answer is given, marked so; never when it refuses or knows no such
 * tag. Safe for use by many threads.
 */
final class TagResolver {
  private static final int MOST_TAGS = 4096;

  private final Origin origin;
  private final InstantSource clock;
  private final Executor threads;
  private final Duration ttl;
  private final Duration stale;

  /** Guarded by itself; least recently used first. */
  private final Map<Question, Known> known = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param threads where the origin is asked, which blocks
   */
  TagResolver(Origin origin, InstantSource clock, Executor threads, RegistrySettings settings) {
    this.origin = origin;
    this.clock = clock;
    this.threads = threads;
    this.ttl = settings.tagTtl();
    this.stale = settings.tagStale();
  }

  /**
   * What a tag names.
   *
   * @param stale the origin could not be asked just now
   */
  record Resolved(ManifestDescriptor manifest, boolean stale) {}

  /**
   * All that an answer may depend on.
   *
   * @param who a hash of the credential: one client's answer is not another's
   */
  private record Question(Repository repository, String tag, AcceptedTypes accept, Digest who) {
    static Question of(
        Repository repository, String tag, AcceptedTypes accept, Credential credential) {
      byte[] secret = credential.authorization().orElse("").getBytes(StandardCharsets.UTF_8);
      return new Question(repository, tag, accept, Digest.sha256(secret));
    }
  }

  /**
   * What is known of one question.
   *
   * @param answer given last, or still awaited
   * @param until when it is believed
   * @param manifest the origin's last good word; null before any
   * @param said when that was said
   */
  private record Known(
      CompletableFuture<Resolved> answer,
      Instant until,
      ManifestDescriptor manifest,
      Instant said) {
    boolean holds(Instant now) {
      return !answer.isDone() || now.isBefore(until);
    }
  }

  /** Completes with what {@code tag} names, or with an {@link OriginException}; on any thread. */
  CompletableFuture<Resolved> resolve(
      Repository repository, String tag, AcceptedTypes accept, Credential credential) {
    Question question = Question.of(repository, tag, accept, credential);
    CompletableFuture<Resolved> answer = new CompletableFuture<>();
    Known before;
    synchronized (known) {
      before = known.get(question);
      if (before != null && before.holds(clock.instant())) {
        return before.answer();
      }
      ManifestDescriptor last = before == null ? null : before.manifest();
      Instant said = before == null ? Instant.MIN : before.said();
      put(question, new Known(answer, Instant.MIN, last, said));
    }
    threads.execute(() -> ask(question, credential, before, answer));
    return answer;
  }

  private void put(Question question, Known value) {
    known.put(question, value);
    if (known.size() > MOST_TAGS) {
      known.remove(known.keySet().iterator().next());
    }
  }

  private void ask(
      Question question, Credential credential, Known before, CompletableFuture<Resolved> answer) {
    try {
      ManifestDescriptor manifest =
          origin.resolve(question.repository(), question.tag(), question.accept(), credential);
      learned(question, new Resolved(manifest, false), clock.instant(), answer);
    } catch (OriginException.Unavailable e) {
      if (before != null && fresh(before)) {
        learned(question, new Resolved(before.manifest(), true), before.said(), answer);
      } else {
        failed(question, e, answer);
      }
    } catch (OriginException | InterruptedException | RuntimeException e) {
      failed(question, e, answer);
    }
  }

  private boolean fresh(Known before) {
    return before.manifest() != null && clock.instant().isBefore(before.said().plus(stale));
  }

  private void learned(
      Question question, Resolved resolved, Instant said, CompletableFuture<Resolved> answer) {
    synchronized (known) {
      put(question, new Known(answer, clock.instant().plus(ttl), resolved.manifest(), said));
    }
    answer.complete(resolved);
  }

  private void failed(Question question, Exception e, CompletableFuture<Resolved> answer) {
    synchronized (known) {
      known.remove(question);
    }
    answer.completeExceptionally(e);
  }
}
