#!/bin/sh
# Installs what lies beside this script, or upgrades to it; asks no network. Run by root.
# Usage: install.sh [--prefix DIR] [--config DIR] [--data DIR] [--user NAME] [--no-service]
# Settings, master key and data that are there stay as they are. An upgrade keeps the version before beside it.
set -eu
prefix=/opt/tiezheng config=/etc/tiezheng data=/var/lib/tiezheng user=tiezheng service=yes
while [ $# -gt 0 ]; do
  case $1 in
    --prefix) prefix=$2; shift 2 ;;
    --config) config=$2; shift 2 ;;
    --data) data=$2; shift 2 ;;
    --user) user=$2; shift 2 ;;
    --no-service) service=no; shift ;;
    *) echo "usage: install.sh [--prefix DIR] [--config DIR] [--data DIR] [--user NAME] [--no-service]" >&2; exit 2 ;;
  esac
done
fail() { echo "tiezheng: $*" >&2; exit 1; }
for path in "$prefix" "$config" "$data"; do
  case $path in /*[!A-Za-z0-9._/-]*) fail "$path: letters, digits and ._- only" ;; /?*) ;; *) fail "$path is no whole path" ;; esac
done
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] || fail 'run by root (须以 root 运行)'

sha256sum --quiet --strict -c SHA256SUMS || fail 'files are damaged: bring the bundle again (文件损坏)'
[ "$(find . -type f | wc -l)" = "$(($(wc -l < SHA256SUMS) + 1))" ] || fail 'there are files that the list does not know (有多余文件)'
release=$(cat VERSION) arch=$(cat ARCH)
case $(uname -m) in x86_64) here=x64 ;; aarch64) here=arm64 ;; *) here=$(uname -m) ;; esac
[ "$here" = "$arch" ] || fail "this bundle is for $arch, this machine is $here (架构不符)"
app/node_modules/.bin/node -e '' || fail 'the runtime does not start: it needs glibc 2.28 and libatomic.so.1 (运行时无法启动，请先安装 libatomic)'
command -v ffprobe >/dev/null || echo 'no ffprobe here: footage is sealed all the same and probed once it is there (未安装 ffmpeg)' >&2

id "$user" >/dev/null 2>&1 || useradd --system --user-group --home-dir "$data" --shell /usr/sbin/nologin "$user"
group=$(id -gn "$user")
mkdir -p "$prefix/releases" "$prefix/bin" "$config"
chmod 0755 "$prefix" "$prefix/releases" "$prefix/bin" "$config"
[ -d "$data" ] || install -d -m 0700 -o "$user" -g "$group" "$data"

if [ ! -e "$prefix/releases/$release" ]; then
  rm -rf "$prefix/releases/.new"
  cp -a app "$prefix/releases/.new"
  chown -R root:root "$prefix/releases/.new"
  chmod -R u=rwX,go=rX "$prefix/releases/.new"
  mv "$prefix/releases/.new" "$prefix/releases/$release"
fi
ln -s "releases/$release" "$prefix/.current"
mv -T "$prefix/.current" "$prefix/current"

# A key is made only where nothing was ever sealed with another.
if [ ! -e "$config/master.key" ] && [ -z "$(ls -A "$data")" ]; then
  (umask 077; od -An -v -tx1 -N 32 /dev/urandom | tr -d ' \n' > "$config/master.key")
  chown "$user:$group" "$config/master.key"
fi
if [ ! -e "$config/tiezheng.env" ]; then
  (umask 027; printf '%s\n' '# Settings: README.md lists them all. Values with other signs than letters and digits in "quotes".' \
    "DATA_DIR=$data" "MASTER_KEY_FILE=$config/master.key" HOST=127.0.0.1 PORT=3000 > "$config/tiezheng.env")
  chgrp "$group" "$config/tiezheng.env"
fi

fill() { sed -e "s|@PREFIX@|$prefix|g" -e "s|@CONFIG@|$config|g" -e "s|@DATA@|$data|g" -e "s|@USER@|$user|g" -e "s|@GROUP@|$group|g" "$1"; }
fill app/deploy/offline/tiezheng.sh > "$prefix/bin/.tiezheng"
chmod 0755 "$prefix/bin/.tiezheng"
mv "$prefix/bin/.tiezheng" "$prefix/bin/tiezheng"
fill app/deploy/offline/tiezheng.service > "$prefix/tiezheng.service"
if [ "$service" = yes ] && command -v systemctl >/dev/null; then
  install -m 0644 "$prefix/tiezheng.service" /etc/systemd/system/tiezheng.service
  systemctl daemon-reload
  systemctl enable tiezheng.service
  systemctl restart tiezheng.service
  echo "journalctl -u tiezheng shows the first link (首次链接)"
else
  echo "start it by $prefix/bin/tiezheng serve (启动)"
fi
echo "$release is installed in $prefix"
