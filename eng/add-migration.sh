#!/usr/bin/env bash
# Adds one migration to each database:  eng/add-migration.sh NAME
set -euo pipefail
cd "$(dirname "$0")/.."
name=${1:?usage: eng/add-migration.sh NAME}
dotnet tool restore
dotnet build src/Tickiti.Api -v q --nologo
for database in Sqlite PostgreSql SqlServer; do
  dotnet ef migrations add "$name" --no-build --project src/Tickiti.Infrastructure --startup-project src/Tickiti.Api \
    --context "${database}TickitiDbContext" --output-dir "Persistence/$database/Migrations"
done
