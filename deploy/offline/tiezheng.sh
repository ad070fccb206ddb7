#!/bin/sh
# The commands of an installation, with its settings and as its user: tiezheng --help. `tiezheng serve` is the service itself, where no
# systemd starts it.
set -eu
if [ "$(id -u)" = 0 ] && [ "$(id -un)" != @USER@ ]; then
  exec setpriv --reuid=@USER@ --regid="$(id -gn @USER@)" --init-groups --inh-caps=-all --no-new-privs -- "$0" "$@"
fi
set -a
. @CONFIG@/tiezheng.env
set +a
cd @PREFIX@/current
if [ "${1:-}" = serve ]; then exec node_modules/.bin/node server/main.ts; fi
exec node_modules/.bin/node scripts/main.ts "$@"
