#!/usr/bin/env bash
# The contract suites and the suites of servers on real servers, then what goes over HTTP with the service on them. A missing server is a
# failure. The servers are ended at the end; those that TEST_MONGODB_URL and TEST_S3_URLS name already are used as they are, and left.
# Usage: test.sh [FILE...]: these files over HTTP only.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
if [ -z "${TEST_MONGODB_URL:-}" ] || [ -z "${TEST_S3_URLS:-}" ]; then
  trap '"$here/down.sh"' EXIT
  addresses=$("$here/up.sh")
  eval "$addresses"
fi
run() { node_modules/.bin/mocha --no-config --extension ts --timeout 120000 --exit --reporter test/support/reporter.mjs "$@"; }
if [ $# -eq 0 ]; then
  run test/contracts/*.test.ts test/servers/*.test.ts
  set -- test/http/{seal,uploads-protocol,uploads-breaks,uploads-arrival,documents,records,cases,subjects,search,retrieval,retrieval-content,export,log,links}.test.ts
fi
TEST_ENGINES=servers run "$@"
