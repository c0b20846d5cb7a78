#!/usr/bin/env bash
# Builds everything and runs every test. A fresh machine needs the .NET SDK and nothing else:
#
#   eng/test.sh                                            all
#   eng/test.sh --filter 'FullyQualifiedName~Mailboxes'    what comes behind is given to "dotnet test"
#
# The servers that some tests need are started where that is possible (eng/servers.sh) and stopped again if they were not
# running before; without them those tests are skipped, and the reasons are counted at the end. The last line is
# "1234 passed, 0 failed, 5 skipped"; the exit code is 0 only when something ran and nothing failed.
set -euo pipefail
cd "$(dirname "$0")/.."

configuration=${CONFIGURATION:-Debug}
results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

stop_servers() { :; }
trap 'stop_servers' EXIT
if ! eng/servers.sh status >/dev/null; then
  stop_servers() { eng/servers.sh stop || true; }
  eng/servers.sh start || echo "servers: could not be started; the tests that need them are skipped." >&2
fi
eval "$(eng/servers.sh env)"

dotnet build Tickiti.sln --configuration "$configuration" --nologo -v quiet

# One project after the other: what measures or waits is not to share two cores with another suite.
# A test that hangs is a failure, told with the names of the tests that were running.
# Skipped tests are counted by their reasons below; a line for each would bury what matters.
code=0
for project in $(grep -l '<IsTestProject>true' tests/*/*.csproj); do
  name=$(basename "$project" .csproj)
  dotnet test "$project" --no-build --configuration "$configuration" --nologo --results-directory "$results" \
    --logger 'console;verbosity=minimal' --logger "trx;LogFileName=$name.trx" \
    --blame-hang-timeout 5m --blame-hang-dump-type none "$@" 2>&1 \
    | { grep -v '^ *Skipped ' || true; } | tee "$results/$name.log" || { code=$?; broken="${broken-} $name"; }
done

# One <Counters …/> a project; the reasons are the messages of results that were not executed.
count() {
  find "$results" -name '*.trx' -exec grep -ho '<Counters [^>]*>' {} + \
    | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}
total=$(count total || true) executed=$(count executed || true) passed=$(count passed || true)
failed=$((executed - passed)) skipped=$((total - executed))

if [ "$skipped" -gt 0 ]; then
  echo
  echo "Skipped, and why:"
  find "$results" -name '*.trx' -exec awk '
    /<UnitTestResult / { waiting = /outcome="NotExecuted"/ }
    waiting && /<Message>/ { sub(/.*<Message>/, ""); sub(/<\/Message>.*/, ""); print; waiting = 0 }' {} + \
    | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g' \
    | sort | uniq -c | sort -rn
fi

# The runner can fail without a failed test: a crash, a hang, a project that could not be loaded.
if [ "$code" != 0 ] && [ "$failed" = 0 ]; then
  echo "dotnet test ended with exit code $code although no test failed, in:$broken. What it said:"
  for name in $broken; do
    cat "$results/$name.log"
  done
fi
if [ "$executed" = 0 ]; then
  echo "No test ran." >&2
  code=1
fi
[ "$failed" = 0 ] || code=1
stop_servers
trap - EXIT
echo "$passed passed, $failed failed, $skipped skipped"
exit "$code"
