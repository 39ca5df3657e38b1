package dev.darner.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.darner.model.BlobRef;
import dev.darner.model.Digest;
import dev.darner.model.Repository;
import java.net.URI;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryRequestTest {
  private static final Digest DIGEST = Digest.sha256(new byte[0]);

  private static RegistryRequest parse(String target, String defaultUpstream) throws Refusal {
    return RegistryRequest.parse("GET", target, Optional.ofNullable(defaultUpstream));
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/team/app/manifests/v1?ns=registry.example%3A5000,     , registry.example:5000, team/app",
    "/v2/team/app/manifests/v1?ns=index.docker.io,             , docker.io,             team/app",
    "/v2/a.b/app/manifests/v1?ns=registry.example,             , registry.example,      a.b/app",
    "/v2/docker.io/library/app/manifests/v1,                   , docker.io,             library/app",
    "/v2/registry.example:5000/app/manifests/v1,               , registry.example:5000, app",
    "/v2/registry.example%3A5000/app/manifests/v1,             , registry.example:5000, app",
    "/v2/registry.example_5000/app/manifests/v1,               , registry.example:5000, app",
    "/v2/127.0.0.1_5000/team/app/manifests/v1,                 , 127.0.0.1:5000,        team/app",
    "/v2/registry_5000/app/manifests/v1,                       , registry:5000,         app",
    "/v2/localhost/app/manifests/v1,                           , localhost,             app",
    "/v2/localhost_5000/app/manifests/v1,                  ghcr.io, localhost:5000,     app",
    "/v2/team_1/app/manifests/v1,                          ghcr.io, ghcr.io,            team_1/app",
    "/v2/team/app/manifests/v1,                            ghcr.io, ghcr.io,            team/app",
    "/v2/a.b/manifests/v1,                                 ghcr.io, ghcr.io,            a.b",
    "/v2/manifests/blobs/manifests/v1,                     ghcr.io, ghcr.io,            manifests/blobs",
    "http://mirror.local/v2/team/app/manifests/v1,         ghcr.io, ghcr.io,            team/app",
  })
  void eachFormNamesItsRegistry(String target, String upstream, String registry, String name)
      throws Refusal {
    assertEquals(
        new RegistryRequest.Tagged(new Repository(registry, name), "v1"), parse(target, upstream));
  }

  @Test
  void contentIsNamedByDigest() throws Refusal {
    Repository repository = new Repository("ghcr.io", "a");
    assertEquals(
        new RegistryRequest.Named(BlobRef.blob(repository, DIGEST)),
        parse("/v2/a/blobs/" + DIGEST, "ghcr.io"));
    assertEquals(
        new RegistryRequest.Named(BlobRef.manifest(repository, DIGEST)),
        parse("/v2/a/manifests/" + DIGEST.toString().replace(":", "%3a"), "ghcr.io"));
  }

  @Test
  void filesAreNamedByUrl() throws Refusal {
    URI url = URI.create("https://files.example/a%20b?x=1&y=2");
    String encoded = "https%3A%2F%2Ffiles.example%2Fa%2520b%3Fx%3D1%26y%3D2";
    assertEquals(
        new RegistryRequest.Named(BlobRef.file(url)), parse("/files?url=" + encoded, null));
    assertEquals(
        new RegistryRequest.Named(BlobRef.file(url, DIGEST)),
        parse("/files?url=" + encoded + "&digest=" + DIGEST, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2", "/v2/", "/v2/?ns=x.example", "/v2?x"})
  void aRegistrySaysThatItIsOne(String target) throws Refusal {
    assertEquals(new RegistryRequest.Ping(), parse(target, null));
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/a/manifests/v1,                          404, NAME_UNKNOWN",
    "/v2/registry.example/manifests/v1,           404, NAME_UNKNOWN",
    "/,                                           404, NAME_UNKNOWN",
    "/v3/x,                                       404, NAME_UNKNOWN",
    "/v2/_catalog,                                404, NAME_UNKNOWN",
    "/files/x?url=http://a/,                      404, NAME_UNKNOWN",
    "/v2/r.example/a/b,                           404, NAME_UNKNOWN",
    "/v2/r.example/a/tags/list,                   404, UNSUPPORTED",
    "/v2/r.example/a/referrers/sha256:ab,         404, UNSUPPORTED",
    "/v2/r.example/../etc/manifests/v1,           400, NAME_INVALID",
    "/v2/r.example/%2e%2e/etc/manifests/v1,       400, NAME_INVALID",
    "/v2/r.example/a%2fb/manifests/v1,            400, NAME_INVALID",
    "/v2/r.example/a%5cb/manifests/v1,            400, NAME_INVALID",
    "/v2/r.example/a%00/manifests/v1,             400, NAME_INVALID",
    "/v2/r.example/a%0d%0a/manifests/v1,          400, NAME_INVALID",
    "/v2/r.example/a%ff/manifests/v1,             400, NAME_INVALID",
    "/v2/r.example/a%2/manifests/v1,              400, NAME_INVALID",
    "/v2/r.example//a/manifests/v1,               400, NAME_INVALID",
    "/v2/r.example/A/manifests/v1,                400, NAME_INVALID",
    "/v2/r.example/./a/manifests/v1,              400, NAME_INVALID",
    "/v2/a/manifests/v1?ns=..%2Fx,                400, NAME_INVALID",
    "/v2/a/manifests/v1?ns=a.example&ns=b.example,400, NAME_INVALID",
    "/v2/r.example/a/manifests/-v1,               400, TAG_INVALID",
    "/v2/r.example/a/manifests/..,                400, NAME_INVALID",
    "/v2/r.example/a/manifests/sha256:ab,         400, DIGEST_INVALID",
    "/v2/r.example/a/blobs/v1,                    400, DIGEST_INVALID",
    "/v2/r.example/a/blobs/md5:d41d8cd98f00b204e9800998ecf8427e, 400, DIGEST_INVALID",
    "/files,                                      400, NAME_INVALID",
    "/files?url=,                                 400, NAME_INVALID",
    "/files?url=ftp://a/b,                        400, NAME_INVALID",
    "/files?url=file:///etc/passwd,               400, NAME_INVALID",
    "/files?url=http://u:p@a/b,                   400, NAME_INVALID",
    "/files?url=http://a/b&digest=sha256:1,       400, DIGEST_INVALID",
    "*,                                           400, NAME_INVALID",
  })
  void everythingElseIsRefused(String target, int status, String code) {
    var refused = assertThrows(Refusal.class, () -> parse(target, null));
    assertEquals(code, refused.error().code(), target);
    assertEquals(status, refused.error().status(), target);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "CONNECT", "get"})
  void nobodyWrites(String method) {
    var refused =
        assertThrows(
            Refusal.class,
            () -> RegistryRequest.parse(method, "/v2/a/blobs/uploads/", Optional.empty()));
    assertEquals(405, refused.error().status());
    assertEquals(OciCodes.UNSUPPORTED, refused.error().code());
  }

  @Test
  void aMissingUpstreamIsExplained() {
    var refused = assertThrows(Refusal.class, () -> parse("/v2/a/manifests/v1", null));
    assertTrue(refused.getMessage().contains("?ns="), refused.getMessage());
    assertTrue(refused.getMessage().contains("--default-upstream"), refused.getMessage());
  }

  @Property
  void anyTargetIsParsedOrRefused(@ForAll @StringLength(max = 100) String text) {
    for (String target : new String[] {text, "/v2/" + text, "/v2/a/manifests/x?" + text}) {
      try {
        parse(target, "ghcr.io");
      } catch (Refusal e) {
        assertTrue(e.error().status() >= 400 && e.error().status() < 500);
      }
    }
  }
}
