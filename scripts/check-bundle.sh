#!/usr/bin/env bash
# Installs an offline bundle in a temporary folder and runs it in a network namespace that has a loopback and nothing else: a changed file
# is refused, the service starts and is ready, the installer run again keeps key, settings and data, SIGTERM ends the service in order.
# Usage (root, Linux of the bundle's architecture): scripts/check-bundle.sh BUNDLE.tar.gz
set -euo pipefail
bundle=$(readlink -f "$1")
if [ "${2:-}" != inside ]; then exec unshare -n "$0" "$bundle" inside; fi
ip link set lo up
home=$(mktemp -d /tmp/tiezheng-bundle.XXXXXX)
trap 'kill "$(jobs -p)" 2>/dev/null; rm -rf "$home"' EXIT
chmod 0755 "$home"
tar -xzf "$bundle" -C "$home"
unpacked=$(echo "$home"/tiezheng-*)
install() { "$unpacked/install.sh" --prefix "$home/opt" --config "$home/etc" --data "$home/data" --user nobody --no-service; }
fail() { echo "✗ $*" >&2; exit 1; }

cp "$unpacked/app/server/main.ts" "$home/main.ts"
echo '//' >> "$unpacked/app/server/main.ts"
if install >/dev/null 2>&1; then fail 'a changed file was installed'; fi
cp "$home/main.ts" "$unpacked/app/server/main.ts"
touch "$unpacked/app/more"
if install >/dev/null 2>&1; then fail 'a file that is not listed was installed'; fi
rm "$unpacked/app/more"
echo '✓ a changed file and one too many are refused'

install
key=$(cat "$home/etc/master.key")
"$home/opt/bin/tiezheng" serve >"$home/log" 2>&1 &
for _ in $(seq 150); do
  ready=$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:3000/readyz || true)
  if [ "$ready" = 200 ]; then break; fi
  sleep 0.2
done
if [ "$ready" != 200 ]; then cat "$home/log" >&2; fail 'the service is not ready'; fi
[ "$(stat -c %U "/proc/$!")" = nobody ] || fail 'the service runs as another user'
echo '✓ the service is ready, without a network, as its own user'

"$home/opt/bin/tiezheng" fsck
kill -TERM $!
wait $! || fail "the service ended with $?"
install >/dev/null
[ "$(cat "$home/etc/master.key")" = "$key" ] || fail 'the key is another'
"$home/opt/bin/tiezheng" fsck >/dev/null
echo '✓ stopped in order; installed again over it, key and data stay'
