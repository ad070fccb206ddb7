#!/usr/bin/env bash
# Runs a command with the servers up and their addresses in its environment (up.sh), and ends them afterwards. Who comes while another has
# them waits. Usage: with-servers.sh COMMAND...
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export TIEZHENG_SERVERS=${TIEZHENG_SERVERS:-${TIEZHENG_CACHE:-$HOME/.cache/tiezheng}/servers}
mkdir -p "$TIEZHENG_SERVERS"
# The servers outlive what holds the lock: they must not have it too.
exec 7>"$TIEZHENG_SERVERS/lock"
flock -n 7 || { echo "waiting for another run on these servers" >&2; flock 7; }
trap '"$here/down.sh" 7>&-' EXIT
addresses=$("$here/up.sh" 7>&-)
eval "$addresses"
"$@" 7>&-
