#!/usr/bin/env bash
# Runs every test and ends with one line of counts. Called by `./darner test`, which has found the JDK.
# Fails when a test fails, when the build fails, and when no test ran at all.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
: "${JAVA_HOME:?set JAVA_HOME to a JDK 25 or newer, or call ./darner test}"
.ci/install.sh
command -v mvn >/dev/null || { echo "darner test: no Maven on PATH: apt-get install maven" >&2; exit 1; }
export MAVEN_OPTS="${MAVEN_OPTS:--XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow}"

# What people run has start-up caches; so has what is tested. A build that fails here fails below too, and tells more there.
./darner --version >&2 || true

# Reports of earlier runs would be counted again.
rm -rf ./*/target/surefire-reports

mvn -q -B -ntp -Dstyle.color=never -fae verify "$@"
status=$?

# A start-up cache that is missing, or does not fit the options or the jars, is done without and no word is said. So it
# is demanded here: the jars that were tested must still be those that it was trained with, and the flags that java
# prints must name it.
demand_cache() {
  local cache=$1 options='-XX:AOTMode=on -XX:+PrintFlagsFinal' flags
  shift
  if ! flags=$(DARNER_BUILD=never DARNER_JAVA_OPTS=$options ./darner "$@" --version) ||
    ! grep -q " AOTCache .*/$cache.aot " <<<"$flags"; then
    echo "darner test: the start-up cache $cache.aot does not serve ./darner $*" >&2
    status=1
  fi
}
if ((status == 0)); then
  demand_cache sidecar
  demand_cache sidecar sidecar
  demand_cache functions functions
fi

# Each report opens with <testsuite ... tests="N" errors="N" skipped="N" failures="N">.
counts=$(find . -path '*/target/surefire-reports/TEST-*.xml' -exec cat {} + | awk '
  function value(name,  text) {
    if (!match($0, " " name "=\"[0-9]+\"")) return 0
    text = substr($0, RSTART, RLENGTH)
    gsub(/[^0-9]/, "", text)
    return text + 0
  }
  /<testsuite / {
    all += value("tests"); bad += value("errors") + value("failures"); skipped += value("skipped")
  }
  END { printf "%d %d %d\n", all - bad - skipped, bad, skipped }')
read -r passed failed skipped <<<"$counts"

if ((status == 0 && failed > 0)); then status=1; fi
if ((status == 0 && passed + failed == 0)); then
  echo "darner test: no test ran" >&2
  status=1
fi
if ((status != 0 && failed == 0)); then
  echo "darner test: no test failed, but the build or a check did: see above" >&2
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
