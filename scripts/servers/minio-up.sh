#!/usr/bin/env bash
# MinIO on 127.0.0.1 only, built once from its last public source by Go; keys evidencekey / evidencesecret.
# Usage: minio-up.sh FOLDER    Environment: MINIO_PORT (8333), TIEZHENG_CACHE (~/.cache/tiezheng).
# Does nothing when the server of that folder is up. Its last line is the address.
set -euo pipefail
mkdir -p "$1/store"; data=$(cd "$1" && pwd)
port=${MINIO_PORT:-8333}
cache=${TIEZHENG_CACHE:-$HOME/.cache/tiezheng}/s3
version=v0.0.0-20260212201848-7aac2a2c5b7c
binary=$cache/minio-$version
mkdir -p "$cache"

exec 9>"$cache/lock"; flock -w 1800 9
if [ ! -x "$binary" ]; then
  echo "building MinIO: minutes on two cores" >&2
  tmp=$cache/build; mkdir -p "$tmp"
  GOBIN=$tmp/bin GOMODCACHE=$tmp/mod GOCACHE=$tmp/go CGO_ENABLED=0 GOFLAGS="${GOFLAGS:-} -modcacherw" \
    go install -trimpath -ldflags='-s -w' "github.com/minio/minio@$version" >"$tmp/log" 2>&1 9>&- ||
    { tail -n 20 "$tmp/log" >&2; exit 1; }
  mv "$tmp/bin/minio" "$binary"; rm -rf "$tmp"
fi
exec 9>&-

alive() { [ -s "$data/pid" ] && [ "$(readlink "/proc/$(cat "$data/pid")/exe" 2>/dev/null)" = "$(readlink -f "$binary")" ]; }
ready() { [ "$(curl -s -m 2 -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/minio/health/ready" || true)" = 200 ]; }
if ! alive; then
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then echo "port $port of 127.0.0.1 is taken by another process" >&2; exit 1; fi
  # By itself it drops the parts of an upload that is a day old: ours may rest for weeks, and are aborted by our own state.
  MINIO_ROOT_USER=evidencekey MINIO_ROOT_PASSWORD=evidencesecret MINIO_UPDATE=off MINIO_BROWSER=off \
    MINIO_API_STALE_UPLOADS_EXPIRY=9600h \
    setsid "$binary" server --quiet --address "127.0.0.1:$port" "$data/store" </dev/null >>"$data/log" 2>&1 &
  echo $! > "$data/pid"
fi
for _ in $(seq 600); do
  ready && { echo "s3://evidencekey:evidencesecret@127.0.0.1:$port/"; exit 0; }
  kill -0 "$(cat "$data/pid")" 2>/dev/null || { echo "the server ended:" >&2; tail -n 20 "$data/log" >&2; rm -f "$data/pid"; exit 1; }
  sleep 0.05
done
echo "not ready after 30 s" >&2; exit 1
