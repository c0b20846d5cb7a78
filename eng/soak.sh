#!/usr/bin/env bash
# The long forms of the reliability tests: kill -9 loops, two nodes, 500 conversations over real servers.
#
#   eng/soak.sh                      all
#   eng/soak.sh KillTests            some, by name
#   TICKITI_SOAK_SEED=42 eng/soak.sh the kill times of an earlier run
set -euo pipefail
cd "$(dirname "$0")/.."
export TICKITI_SOAK=1 TICKITI_SOAK_SEED=${TICKITI_SOAK_SEED:-$RANDOM}
echo "seed $TICKITI_SOAK_SEED"
eng/servers.sh start
eval "$(eng/servers.sh env)"
dotnet build tests/Tickiti.IntegrationTests -v quiet --nologo
dotnet test tests/Tickiti.IntegrationTests --no-build --nologo --logger 'console;verbosity=normal' \
  --filter "TestCategory=Reliability&FullyQualifiedName~${1:-Tickiti}"
