package dev.darner.bench;

import dev.darner.rig.Cost;
import dev.darner.rig.Http;
import dev.darner.rig.Part;
import dev.darner.rig.RealProcess;
import dev.darner.rig.Rig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real nginx that serves the files of a folder with sendfile, as a plain registry would. */
final class Nginx {
  private static final Duration TO_START = Duration.ofSeconds(15);

  private final RealProcess process;
  private final String address;
  private final boolean secure;

  private Nginx(RealProcess process, String address, boolean secure) {
    this.process = process;
    this.address = address;
    this.secure = secure;
  }

  /** Serves {@code root} on loopback. */
  static Nginx start(Rig rig, Path root) {
    String address = "127.0.0.1:" + rig.freePort();
    RealProcess process = rig.process("nginx", command(rig, "nginx", address, root, ""));
    process.awaitReady(TO_START, () -> Http.answers("http://" + address + "/"));
    return new Nginx(process, address, false);
  }

  /** The same with TLS, by a certificate and key. */
  static Nginx startSecure(Rig rig, Path root, Certificate certificate) {
    String address = "127.0.0.1:" + rig.freePort();
    String tls =
        "ssl_certificate %s; ssl_certificate_key %s;"
            .formatted(certificate.certificate(), certificate.key());
    RealProcess process =
        rig.process("nginx-tls", command(rig, "nginx-tls", address + " ssl", root, tls));
    int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
    process.awaitReady(TO_START, () -> Http.listens(port));
    return new Nginx(process, address, true);
  }

  /**
   * The command line of one that listens on {@code listen}, with a configuration of its own: one
   * worker a processor, as its default has it.
   */
  static List<String> command(Rig rig, String name, String listen, Path root, String more) {
    Path folder = rig.folder(name);
    String config =
        """
        daemon off;
        user root;
        worker_processes auto;
        pid %1$s/nginx.pid;
        error_log %1$s/error.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          sendfile on;
          keepalive_requests 1000000;
          client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
          uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
          server {
            listen %2$s;
            %4$s
            root %3$s;
            default_type application/octet-stream;
            location ~ /manifests/ { default_type application/vnd.oci.image.manifest.v1+json; }
          }
        }
        """
            .formatted(folder, listen, root, more);
    return Part.NGINX.command(
        "-c", rig.write(name, "nginx.conf", config).toString(), "-p", folder.toString());
  }

  /** HOST:PORT. */
  String address() {
    return address;
  }

  String url(Blobs.Blob blob) {
    return (secure ? "https://" : "http://") + address + blob.path();
  }

  /** Of all its processes. */
  double cpuSeconds() {
    return Cost.cpuSeconds(Cost.withChildren(process.pid()));
  }

  /** Bytes resident at the peak, all its processes together. */
  long peak() {
    return Cost.withChildren(process.pid()).stream().mapToLong(Cost::peak).sum();
  }
}
