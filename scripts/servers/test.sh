#!/usr/bin/env bash
# The contract suites and the suites of servers (faults and the demo among them) on real servers; then all that goes over HTTP and all pages in
# a browser, with the service on each S3 server. A missing server, or a missing browser, is a failure. The servers are ended at the end; those
# that TEST_MONGODB_URL and TEST_S3_URLS name already are used as they are, and left.
# Usage: test.sh [FILE...]: these files with the service on servers only, on the first S3 server or the one that TEST_S3 names.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
# The runtime of this repository, as npm would find it.
export PATH=$PWD/node_modules/.bin:$PATH BROWSER=${BROWSER:-required}
if [ -z "${TEST_MONGODB_URL:-}" ] || [ -z "${TEST_S3_URLS:-}" ]; then exec "$here/with-servers.sh" "$here/test.sh" "$@"; fi
run() { node_modules/.bin/mocha --no-config --extension ts --timeout 120000 --exit --reporter test/support/reporter.mjs "$@"; }
if [ $# -gt 0 ]; then
  TEST_ENGINES=servers run "$@"
  exit
fi
failed=0
# Of these some look at one S3 server only: they come again with each other one.
one=$(echo test/servers/{several-processes,move,restore}.test.ts)
run test/contracts/*.test.ts test/servers/*.test.ts || failed=1
again=
for server in $(node_modules/.bin/node -p 'Object.keys(JSON.parse(process.env.TEST_S3_URLS)).join(" ")'); do
  # Paths of ours hold no blanks.
  # shellcheck disable=SC2086
  [ -z "$again" ] || TEST_S3=$server run $again || failed=1
  again=$one
  TEST_S3=$server TEST_ENGINES=servers run --parallel --jobs 2 test/http/*.test.ts test/e2e/*.e2e.test.ts || failed=1
done
exit $failed
