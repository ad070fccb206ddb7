#!/usr/bin/env bash
# The contract suites and the suites of servers (faults and the demo among them) on real servers, then what goes over HTTP with the service on
# them: all of it on the first S3 server, the way of the bytes on each other one too. A missing server is a failure. The servers are ended at
# the end; those that TEST_MONGODB_URL and TEST_S3_URLS name already are used as they are, and left.
# Usage: test.sh [FILE...]: these files over HTTP only, on the first S3 server or the one that TEST_S3 names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
# The runtime of this repository, as npm would find it.
export PATH=$PWD/node_modules/.bin:$PATH
if [ -z "${TEST_MONGODB_URL:-}" ] || [ -z "${TEST_S3_URLS:-}" ]; then exec "$here/with-servers.sh" "$here/test.sh" "$@"; fi
run() { node_modules/.bin/mocha --no-config --extension ts --timeout 120000 --exit --reporter test/support/reporter.mjs "$@"; }
if [ $# -gt 0 ]; then
  TEST_ENGINES=servers run "$@"
  exit
fi
failed=0
run test/contracts/*.test.ts test/servers/*.test.ts || failed=1
bytes=$(echo test/http/{seal,uploads-protocol}.test.ts)
others=$(echo test/http/{documents,retrieval-content,uploads-breaks,uploads-arrival,export,records,cases,subjects,search,retrieval,log,links}.test.ts)
# Names of servers and paths of ours hold no blanks.
# shellcheck disable=SC2086
for server in $(node_modules/.bin/node -p 'Object.keys(JSON.parse(process.env.TEST_S3_URLS)).join(" ")'); do
  TEST_S3=$server TEST_ENGINES=servers run $bytes $others || failed=1
  others=
done
exit $failed
