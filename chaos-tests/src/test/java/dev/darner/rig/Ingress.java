package dev.darner.rig;

import dev.darner.model.HostAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A real nginx before some replicas of the functions, set up as README says: gRPC at one address,
 * HTTP at another.
 */
public final class Ingress {
  private static final Duration TO_START = Duration.ofSeconds(15);

  private final HostAddress grpc;
  private final HostAddress http;

  private Ingress(HostAddress grpc, HostAddress http) {
    this.grpc = grpc;
    this.http = http;
  }

  /** Starts one before {@code replicas}. */
  public static Ingress start(Rig rig, List<Functions> replicas) {
    Ingress ingress =
        new Ingress(
            new HostAddress("127.0.0.1", rig.freePort()),
            new HostAddress("127.0.0.1", rig.freePort()));
    Path folder = rig.folder("ingress");
    String config = ingress.configuration(folder, replicas);
    RealProcess process =
        rig.process(
            "ingress",
            Part.NGINX.command(
                "-c",
                rig.write("ingress", "nginx.conf", config).toString(),
                "-p",
                folder.toString()));
    process.awaitReady(TO_START, () -> Http.ok(ingress.http() + "/readyz"));
    return ingress;
  }

  private String configuration(Path folder, List<Functions> replicas) {
    String servers =
        replicas.stream()
            .map(replica -> "server %s fail_timeout=1s;".formatted(replica.address()))
            .collect(Collectors.joining(" "));
    return """
    daemon off;
    user root;
    worker_processes 1;
    pid %1$s/nginx.pid;
    error_log %1$s/error.log;
    events { worker_connections 4096; }
    http {
      access_log off;
      client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
      uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
      upstream functions { %2$s }
      server {
        listen %3$s http2;
        location /darner.functions.v1. {
          grpc_pass grpc://functions;
          grpc_connect_timeout 1s;
          grpc_next_upstream error timeout non_idempotent;
        }
      }
      server {
        listen %4$s;
        location / { proxy_pass http://functions; proxy_http_version 1.1; }
      }
    }
    """
        .formatted(folder, servers, grpc, http);
  }

  /** Where gRPC is answered. */
  public HostAddress grpc() {
    return grpc;
  }

  /** Where REST is answered. */
  public String http() {
    return "http://" + http;
  }
}
