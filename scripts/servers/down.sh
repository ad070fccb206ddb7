#!/usr/bin/env bash
# Ends the servers that up.sh started, and no other process. With --wipe their data go too.
set -euo pipefail
root=${TIEZHENG_SERVERS:-${TIEZHENG_CACHE:-$HOME/.cache/tiezheng}/servers}

# end FILE NAMES: the process of a pid file, when it is still a program of one of these names.
end() {
  [ -s "$1" ] || return 0
  local pid; read -r pid _ < "$1"
  if grep -qE "^($2)$" "/proc/$pid/comm" 2>/dev/null; then
    kill "$pid" 2>/dev/null || true
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    if kill -0 "$pid" 2>/dev/null; then kill -9 "$pid"; fi
  fi
  rm -f "$1"
}

end "$root/mongo/pid" java
end "$root/minio/pid" 'minio-v.*'
for daemon in client.rgw.a osd.0 mon.a; do end "$root/ceph/run/$daemon.pid" 'radosgw|ceph-osd|ceph-mon'; done
if [ "${1:-}" = --wipe ]; then rm -rf "$root"; fi
