#!/usr/bin/env bash
# A server of MongoDB's wire protocol for tests, on 127.0.0.1 only; every write is in its file before it is acknowledged.
# Usage: mongo-up.sh FOLDER    Environment: MONGO_PORT (27117), TIEZHENG_CACHE (~/.cache/tiezheng). Needs a JDK 17 and Maven.
# Does nothing when the server of that folder is up. Its last line is the address.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"; data=$(cd "$1" && pwd)
port=${MONGO_PORT:-27117}
cache=${TIEZHENG_CACHE:-$HOME/.cache/tiezheng}/mongo
mkdir -p "$cache"

# The time a process began stands beside its id: another process may have got the same id since.
began() { awk '{ sub(/.*\) /, ""); print $20 }' "/proc/$1/stat" 2>/dev/null; }
# Not one that has ended and that nobody waited for: that has no memory any more.
alive() { local pid at; [ -s "$data/pid" ] && read -r pid at < "$data/pid" && [ "$(began "$pid")" = "$at" ] && grep -q VmRSS "/proc/$pid/status"; }
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

build() {
  local source=$here/mongo key tmp
  key=$(cat "$source"/* | sha256sum | cut -c1-16)
  out=$cache/$key
  [ -e "$out/.done" ] && return
  tmp=$(mktemp -d "$cache/build.XXXXXX")
  mvn -q -B -C -f "$source/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
    -DoutputDirectory="$tmp/lib" -DincludeScope=runtime >&2
  (cd "$tmp/lib" && sha256sum --quiet --strict -c "$source/lib.sha256" >&2)
  javac -cp "$tmp/lib/*" -d "$tmp/classes" "$source/MongoUp.java" >&2
  touch "$tmp/.done"; rm -rf "$out"; mv "$tmp" "$out"
}

exec 9>"$data/lock"; flock -w 900 9
if ! alive; then
  if answers; then echo "port $port of 127.0.0.1 is taken by another process" >&2; exit 1; fi
  exec 8>"$cache/lock"; flock -w 900 8; build; exec 8>&-
  (cd "$data"; exec setsid java -Xmx768m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=off \
    -cp "$out/classes:$out/lib/*" MongoUp "$data" "$port" commit </dev/null >"$data/log" 2>&1 9>&-) &
  pid=$!
  for _ in $(seq 300); do
    kill -0 "$pid" 2>/dev/null || { echo "the server ended:" >&2; tail -n 20 "$data/log" >&2; exit 1; }
    if answers; then break; fi
    sleep 0.1
  done
  answers || { kill "$pid"; echo "not ready after 30 s" >&2; exit 1; }
  echo "$pid $(began "$pid")" > "$data/pid"
fi
echo "mongodb://127.0.0.1:$port/?directConnection=true"
