package dev.darner.bench;

import dev.darner.rig.Part;
import dev.darner.rig.Rig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A certificate of this run alone, for loopback, with its key; it is its own authority.
 *
 * @param certificate PEM file
 * @param key PEM file
 */
record Certificate(Path certificate, Path key) {

  static Certificate make(Rig rig) {
    Path folder = rig.folder("certificate");
    Path certificate = folder.resolve("cert.pem");
    Path key = folder.resolve("key.pem");
    String line =
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=darner-bench"
            + " -addext subjectAltName=IP:127.0.0.1,DNS:localhost -keyout "
            + key
            + " -out "
            + certificate;
    var _ =
        rig.process("certificate", Part.OPENSSL.command(line.split(" ", -1)))
            .finish(Duration.ofSeconds(30));
    return new Certificate(certificate, key);
  }

  /** What makes sidecars speak TLS to one another by it. */
  List<String> peerFlags() {
    return List.of(
        "--peer-tls-cert", certificate.toString(),
        "--peer-tls-key", key.toString(),
        "--peer-tls-ca", certificate.toString());
  }
}
