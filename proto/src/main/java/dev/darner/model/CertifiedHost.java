package dev.darner.model;

import java.net.URI;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The host that a certificate is for, by its subject alternative names: {@code darner://host/NAME},
 * as the functions write it; or, where no such name is in it, each DNS name, as other authorities
 * write them. Who signed it, and whether it holds now, is not looked at here.
 *
 * @param names by which it may be called; empty when the certificate is of no host
 * @param clusters in which it may be, by {@code darner://cluster/NAME}; empty for any
 */
public record CertifiedHost(Set<HostId> names, Set<ClusterId> clusters) {
  /** Stands in the certificate of the functions, which is never a host's. */
  public static final String FUNCTIONS = "darner://functions";

  private static final String SCHEME = "darner://";
  private static final String HOST = "darner://host/";
  private static final String CLUSTER = "darner://cluster/";

  /** Kinds of alternative names, as {@link X509Certificate} numbers them. */
  private static final int DNS_NAME = 2;

  private static final int URI_NAME = 6;

  public CertifiedHost {
    names = Set.copyOf(names);
    clusters = Set.copyOf(clusters);
  }

  /** The name that says which host a certificate is for. */
  public static URI uri(HostId host) {
    return URI.create(HOST + host);
  }

  /** The name that says in which cluster a host may be. */
  public static URI uri(ClusterId cluster) {
    return URI.create(CLUSTER + cluster);
  }

  /**
   * Reads a certificate; one that makes no sense is of no host, nor is one that is bound to
   * clusters of which none can be read.
   */
  public static CertifiedHost of(X509Certificate certificate) {
    List<String> uris = names(certificate, URI_NAME).toList();
    Set<HostId> hosts = new HashSet<>(read(uris, HOST, HostId::new));
    if (uris.stream().noneMatch(uri -> uri.startsWith(SCHEME))) {
      names(certificate, DNS_NAME)
          .map(name -> name.toLowerCase(Locale.ROOT))
          .map(name -> parsed(name, HostId::new))
          .flatMap(Optional::stream)
          .forEach(hosts::add);
    }
    Set<ClusterId> clusters = new HashSet<>(read(uris, CLUSTER, ClusterId::new));
    boolean bound = uris.stream().anyMatch(uri -> uri.startsWith(CLUSTER));
    return bound && clusters.isEmpty()
        ? new CertifiedHost(Set.of(), Set.of())
        : new CertifiedHost(hosts, clusters);
  }

  /** Whether the functions, or others that write {@code darner://host/}, made it for a host. */
  public static boolean isWrittenFor(X509Certificate certificate) {
    return names(certificate, URI_NAME).anyMatch(uri -> uri.startsWith(HOST));
  }

  private static <T> List<T> read(List<String> uris, String prefix, Function<String, T> form) {
    return uris.stream()
        .filter(uri -> uri.startsWith(prefix))
        .map(uri -> parsed(uri.substring(prefix.length()), form))
        .flatMap(Optional::stream)
        .toList();
  }

  private static <T> Optional<T> parsed(String name, Function<String, T> form) {
    try {
      return Optional.of(form.apply(name));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Stream<String> names(X509Certificate certificate, int kind) {
    try {
      Collection<List<?>> all = certificate.getSubjectAlternativeNames();
      return Stream.ofNullable(all)
          .flatMap(Collection::stream)
          .filter(name -> Objects.equals(name.getFirst(), kind))
          .map(name -> (String) name.get(1));
    } catch (CertificateParsingException e) {
      return Stream.empty();
    }
  }

  /** Whether it may call itself so. */
  public boolean is(HostId host) {
    return names.contains(host);
  }

  /** Whether it may be in a cluster. */
  public boolean isIn(ClusterId cluster) {
    return clusters.isEmpty() || clusters.contains(cluster);
  }

  /** For messages. */
  @Override
  public String toString() {
    return names.isEmpty()
        ? "no host"
        : String.join(" or ", names.stream().map(HostId::text).sorted().toList());
  }
}
