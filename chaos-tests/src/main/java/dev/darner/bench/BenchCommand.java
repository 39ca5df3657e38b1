package dev.darner.bench;

import dev.darner.rig.Rig;
import dev.darner.settings.CommandFailure;
import dev.darner.settings.Version;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Runs scenarios, one after the other. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    sortOptions = false,
    description = {
      "Measures Darner beside what people would use without it: both sides in one run, in turn, on",
      "this machine. Prints bytes a second, processor seconds a GB of each process, peak memory, and",
      "the ratio to the other side of the same run.",
      "",
      "hop     one sidecar takes sealed blobs from another; against curl from nginx",
      "warm    a client reads sealed blobs of its sidecar; against nginx",
      "cold    a client reads while its sidecar reads the origin; against the origin",
      "small   manifests, and blobs of 1 KB to 1 MB: latency cold and warm; against the origin",
      "swarm   nodes with slow links pull one image at once; against pulls straight from the origin",
      "idle    memory of a sidecar at rest",
      "micro   the pure parts, by JMH",
      "control the functions under load: hosts that announce themselves, and a rollout to all of them",
      "coldstart  from the start of a function's process to its first answer, and its memory",
      "load    memory with ten layers of 1 GiB in flight, with one of 20 GiB, and with 1000 readers",
    },
    footer = {
      "",
      "Needs nginx, curl and openssl (Debian: nginx-light, curl, openssl); swarm needs root, ip and",
      "tc too (iproute2); control and coldstart need etcd and etcdctl alone (etcd-server, etcd-client).",
      "A machine that does something else meanwhile gives other figures.",
      "",
      "Example: darner bench hop --json",
      "Example: darner bench control --replicas 1 --hold 10m"
    })
final class BenchCommand implements Runnable {
  private static final Map<String, Scenario> SCENARIOS =
      Map.of(
          "hop", new HopScenario(),
          "warm", new WarmScenario(),
          "cold", new ColdScenario(),
          "small", new SmallScenario(),
          "control", new ControlScenario(),
          "coldstart", new ColdStartScenario(),
          "idle", MemoryScenarios::idle,
          "load", MemoryScenarios::load,
          "swarm", new SwarmScenario(),
          "micro", new MicroScenario());

  @Spec private CommandSpec spec;
  @Mixin private Options options;

  @Parameters(
      paramLabel = "SCENARIO",
      arity = "1..*",
      description = "Which to run, of those above.")
  private List<String> names = List.of();

  @Override
  public void run() {
    options.check();
    List<Scenario> scenarios = names.stream().map(BenchCommand::scenario).toList();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter progress = spec.commandLine().getErr();
    List<Report> reports = new ArrayList<>();
    for (Scenario scenario : scenarios) {
      reports.add(run(scenario, progress));
    }
    if (options.json) {
      out.println(
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(Map.of("reports", reports)));
    } else {
      reports.forEach(new Table(out)::print);
    }
    out.flush();
  }

  private static Scenario scenario(String name) {
    return Optional.ofNullable(SCENARIOS.get(name))
        .orElseThrow(() ->
            new CommandFailure(
                "no scenario '%s'; there are %s"
                    .formatted(
                        name, String.join(", ", SCENARIOS.keySet().stream().sorted().toList()))));
  }

  private Report run(Scenario scenario, PrintWriter progress) {
    Thread end = null;
    try (Rig rig = new Rig(options.work.orElseGet(BenchCommand::besideTheJars))) {
      end = Thread.ofPlatform().unstarted(() -> close(rig));
      Runtime.getRuntime().addShutdownHook(end);
      return scenario.run(new Bench(rig, options, progress));
    } catch (AssertionError e) {
      throw new CommandFailure(e.getMessage(), e);
    } catch (IOException e) {
      throw new CommandFailure("cannot remove what the benchmark made: " + e.getMessage(), e);
    } finally {
      forget(end);
    }
  }

  private static void forget(Thread hook) {
    try {
      if (hook != null) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs.
    }
  }

  private static void close(Rig rig) {
    try {
      rig.close();
    } catch (IOException e) {
      System.err.println("darner: not all that the benchmark made is removed: " + e);
    }
  }

  /** On the disk of the checkout, not in a folder for temporary files that may be memory. */
  private static Path besideTheJars() {
    return Path.of(System.getProperty("darner.home", "target/dist")).resolveSibling("bench");
  }
}
