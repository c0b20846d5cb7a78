#!/usr/bin/env bash
# Writes docs/configuration.md from the option classes and their comments:  eng/configuration.sh
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/Tickiti.ArchitectureTests -v quiet --nologo
TICKITI_WRITE_DOCS=1 dotnet test tests/Tickiti.ArchitectureTests --no-build --nologo --filter 'FullyQualifiedName~ConfigurationPage'
