package dev.darner.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script, the real one, with a Maven and JDKs that only say what they were asked. */
class LauncherTest {

  @TempDir private Path folder;
  private FakeHome home;

  @BeforeEach
  void layTheHome() throws IOException {
    home = new FakeHome(folder);
  }

  @Test
  void theFirstStartBuildsAndTheSecondDoesNot() throws Exception {
    FakeHome.Outcome first = home.start("hosts");
    FakeHome.Outcome second = home.start("hosts");

    assertEquals(0, first.code(), first.errors());
    assertTrue(first.errors().contains("building"), first.errors());
    assertEquals("", second.errors());
    assertEquals(1, home.builds());
  }

  @Test
  void aNewerSourceIsBuiltAgain() throws Exception {
    home.start("hosts");
    home.touch("sidecar/src/main/Thing.java");
    home.start("hosts");

    assertEquals(2, home.builds());
  }

  @Test
  void aRemovedSourceIsBuiltAgain() throws Exception {
    home.start("hosts");
    Files.delete(home.file("sidecar/src/main/Thing.java"));
    home.start("hosts");

    assertEquals(2, home.builds());
  }

  @Test
  void manyStartsAtOnceBuildOnce() throws Exception {
    List<FakeHome.Outcome> outcomes = home.startAll(4, home.file("darner"), "hosts");

    for (FakeHome.Outcome outcome : outcomes) {
      assertEquals(0, outcome.code(), outcome.errors());
      assertTrue(outcome.output().contains("dev.darner.sidecar.Main"));
    }
    assertEquals(1, home.builds());
  }

  @Test
  void manyStartsAtOnceBuildOnceWithoutFlockToo() throws Exception {
    onlyWhatABuildNeeds();
    // A holder that died: no process has this number.
    Files.createDirectories(home.file("target"));
    Files.createSymbolicLink(home.file("target/build.holder"), Path.of("99999999"));

    for (FakeHome.Outcome outcome : home.startAll(6, home.file("darner"), "hosts")) {
      assertEquals(0, outcome.code(), outcome.errors());
    }
    assertEquals(1, home.builds());
    try (Stream<Path> left = Files.list(home.file("target"))) {
      assertEquals(List.of(), left.filter(LauncherTest::isOfTheHolder).toList());
    }
  }

  @Test
  void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
    home.write("broken", "");
    FakeHome.Outcome failed = home.start("hosts");
    Files.delete(home.file("broken"));
    FakeHome.Outcome repaired = home.start("hosts");

    assertEquals(1, failed.code());
    assertTrue(failed.errors().contains("Thing.java: no such luck"), failed.errors());
    assertTrue(failed.errors().contains("target/build.log"), failed.errors());
    assertEquals(List.of(), failed.output());
    assertEquals(0, repaired.code(), repaired.errors());
  }

  @Test
  void neverBuildMeansNever() throws Exception {
    home.set("DARNER_BUILD", "never");
    FakeHome.Outcome outcome = home.start("hosts");

    assertEquals(1, outcome.code());
    assertTrue(outcome.errors().contains("not built"), outcome.errors());
    assertEquals(0, home.builds());
  }

  @Test
  void itBecomesJavaAndHandsTheWordsOn() throws Exception {
    FakeHome.Outcome outcome = home.start("get", "two words", "-o", "*");

    List<String> output = outcome.output();
    assertEquals(Long.toString(outcome.process()), output.getFirst());
    int main = output.indexOf("dev.darner.sidecar.Main");
    assertEquals(List.of("get", "two words", "-o", "*"), output.subList(main + 1, output.size()));
    String lib = home.file("target/dist/lib/sidecar.jar").toString();
    assertEquals(List.of("-cp", lib + ":" + lib), output.subList(main - 2, main));
    assertTrue(output.contains("-Ddarner.home=" + home.file("target/dist")), output::toString);
    assertTrue(output.contains("-Ddarner.launcher=" + home.file("darner")), output::toString);
  }

  @Test
  void aLinkFromElsewhereLeadsHome() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("d"), Path.of("home", "darner"));
    List<String> output = home.startAll(1, link, "hosts").getFirst().output();

    assertTrue(output.contains("-Ddarner.launcher=" + home.file("darner")), output::toString);
  }

  @Test
  void theFirstWordPicksTheModuleAndItsCompiler() throws Exception {
    List<String> functions = home.start("functions", "--only", "placement").output();
    List<String> sidecar = home.start("sidecar", "--seed").output();
    List<String> command = home.start("hosts").output();

    assertEquals(List.of("dev.darner.functions.Main", "--only", "placement"), lastOf(functions, 3));
    assertEquals(List.of("dev.darner.sidecar.Main", "sidecar", "--seed"), lastOf(sidecar, 3));
    assertEquals(List.of("dev.darner.sidecar.Main", "hosts"), lastOf(command, 2));
    String onlyTheFirstCompiler = "-XX:TieredStopAtLevel=1";
    assertTrue(functions.contains(onlyTheFirstCompiler), functions::toString);
    assertFalse(sidecar.contains(onlyTheFirstCompiler));
    assertTrue(command.contains(onlyTheFirstCompiler));
  }

  @Test
  void ownOptionsComeAfterOurs() throws Exception {
    home.set("DARNER_JAVA_OPTS", "-Xmx1g -Da=b");
    List<String> output = home.start("sidecar").output();

    assertTrue(output.indexOf("-Xmx128m") < output.indexOf("-Xmx1g"), output::toString);
    assertTrue(output.contains("-Da=b"), output::toString);
  }

  @Test
  void theStartUpCacheServesOnlyTheJdkThatMadeIt() throws Exception {
    String cache = "-XX:AOTCache=" + home.file("target/dist/sidecar.aot");
    List<String> same = home.start("hosts").output();
    home.set("JAVA_HOME", home.jdk("other", "26").toString());
    List<String> other = home.start("hosts").output();

    assertTrue(same.contains(cache), same::toString);
    assertFalse(other.contains(cache), other::toString);
    assertEquals(1, home.builds());
  }

  @Test
  void jarsBuiltByHandGetAFreshCacheAndNoBuild() throws Exception {
    home.start("hosts");
    Files.delete(home.file("target/dist/sidecar.aot"));
    home.touch("target/dist/lib/sidecar.jar");
    home.start("hosts");

    assertTrue(Files.exists(home.file("target/dist/sidecar.aot")));
    assertEquals(1, home.builds());
  }

  @Test
  void anOldJdkIsPassedOver() throws Exception {
    home.set("JAVA_HOME", home.jdk("old", "17.0.9").toString());
    Path onPath = home.jdk("path", "25");
    home.set("PATH", onPath.resolve("bin") + ":" + home.file("bin") + ":/usr/bin:/bin");

    assertEquals(onPath.resolve("bin/java").toString(), home.start("hosts").output().get(1));
  }

  @Test
  void aJdkInAUsualPlaceIsFoundWhenNoneIsOnPath() throws Exception {
    // Newer than any that this machine may have in the usual places.
    needJava(99);
    onlyWhatABuildNeeds();
    home.jdk(".sdkman/candidates/java/98.0.2-tem", "98.0.2");
    Path usual = home.jdk(".sdkman/candidates/java/99.0.1-tem", "99.0.1");

    assertEquals(usual.resolve("bin/java").toString(), home.start("hosts").output().get(1));
  }

  @Test
  void noJdkIsSaidPlainly() throws Exception {
    needJava(99);
    FakeHome.Outcome outcome = home.start("hosts");

    assertEquals(1, outcome.code());
    assertTrue(outcome.errors().contains("needs a JDK 99 or newer"), outcome.errors());
    assertTrue(outcome.errors().contains("apt-get install"), outcome.errors());
    assertEquals(0, home.builds());
  }

  @Test
  void noMavenIsSaidPlainlyAndOnlyWhereItIsNeeded() throws Exception {
    home.start("hosts");
    onlyTheseTools("dirname", "readlink", "find", "mkdir", "flock", "sed", "rm", "cat");
    FakeHome.Outcome built = home.start("hosts");
    home.touch("pom.xml");
    FakeHome.Outcome stale = home.start("hosts");

    assertEquals(0, built.code(), built.errors());
    assertEquals(1, stale.code());
    assertTrue(stale.errors().contains("found no Maven (3.8.7 or newer)"), stale.errors());
  }

  @Test
  void testIsTheLaunchersOwn() throws Exception {
    home.script(".ci/test.sh", "#!/bin/sh\necho \"$JAVA_HOME\" \"$@\"\n");

    assertEquals(List.of(home.file("jdk") + " -x y"), home.start("test", "-x", "y").output());
    assertEquals(0, home.builds());
  }

  @Test
  void testHelpExplainsAndRunsNothing() throws Exception {
    home.script(".ci/test.sh", "#!/bin/sh\necho ran\n");
    FakeHome.Outcome outcome = home.start("test", "--help");

    assertEquals(0, outcome.code(), outcome.errors());
    assertTrue(outcome.output().getFirst().startsWith("Usage: darner test"));
    assertFalse(outcome.output().contains("ran"));
  }

  @Test
  void simulationsAreNotHereYet() throws Exception {
    FakeHome.Outcome outcome = home.start("simulate");

    assertEquals(1, outcome.code());
    assertTrue(outcome.errors().contains("not in this version"), outcome.errors());
  }

  private void needJava(int version) throws IOException {
    Path launcher = home.file("darner");
    String script = Files.readString(launcher);
    String wish = script.replace("needed_java=25", "needed_java=" + version);
    assertFalse(wish.equals(script));
    Files.writeString(launcher, wish);
  }

  /** Leaves nothing on PATH but Maven and the tools without which there is no build. */
  private void onlyWhatABuildNeeds() throws IOException {
    onlyTheseTools(
        "cat", "dirname", "env", "find", "grep", "ln", "mkdir", "mv", "readlink", "rm", "sleep");
    home.script("tools/mvn", Files.readString(home.file("bin/mvn")));
  }

  /** Leaves nothing on PATH but these of the system's tools. */
  private void onlyTheseTools(String... names) throws IOException {
    for (String name : names) {
      String folder = Files.exists(Path.of("/usr/bin", name)) ? "/usr/bin/" : "/bin/";
      home.script("tools/" + name, "#!/bin/sh\nexec " + folder + name + " \"$@\"\n");
    }
    home.set("PATH", home.file("tools").toString());
  }

  private static boolean isOfTheHolder(Path file) {
    return file.getFileName().toString().startsWith("build.holder");
  }

  private static List<String> lastOf(List<String> all, int count) {
    return all.subList(all.size() - count, all.size());
  }
}
