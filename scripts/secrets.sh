#!/usr/bin/env bash
# Makes the secrets of docker-compose.yml in ./secrets: random, mode 0600, each owned by the one user of a container that reads it. What is
# there is never overwritten. Usage (root): scripts/secrets.sh HOST    HOST: the name in the certificate, unless one is there already.
set -euo pipefail
umask 077
host=${1:-}
[[ $host =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || { echo "usage: scripts/secrets.sh HOST" >&2; exit 2; }
[ "$(id -u)" = 0 ] || { echo "needs root: each secret is given to the user of its container (须以 root 运行)" >&2; exit 1; }
folder=${SECRETS:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/secrets}
mkdir -p "$folder"; cd "$folder"
app=10001 s3=10002 proxy=10003 mongo=999

hex() { od -An -v -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

# put OWNER NAME: keeps standard input as a secret, unless it is there.
put() {
  if [ -e "$2" ]; then cat > /dev/null; return; fi
  cat > ".$2.new"
  chown "$1:$1" ".$2.new"
  ln ".$2.new" "$2"; rm ".$2.new"
  echo "made $2"
}

# Those that another secret is made of first.
hex 24 | put "$mongo" mongo_app_password
hex 24 | put "$mongo" mongo_root_password
hex 24 | put "$s3" s3_app_secret
hex 24 | put "$s3" s3_root_password
echo "root-$(hex 8)" | put "$s3" s3_root_user
hex 512 | put "$mongo" mongo_keyfile
hex 32 | put "$app" master_key
hex 32 | put "$app" metrics_token

members=mongo-1:27017,mongo-2:27017,mongo-3:27017
options='tls=false&pathStyle=true'
root="$(cat s3_root_user):$(cat s3_root_password)"
echo "mongodb://tiezheng:$(cat mongo_app_password)@$members/tiezheng?replicaSet=tiezheng&authSource=admin" | put "$app" database_url
echo "s3://tiezheng:$(cat s3_app_secret)@s3:9000/tiezheng?$options" | put "$app" objects_url
echo "s3://$root@s3:9000/tiezheng?$options" | put "$app" provision_objects_url
# The suites make databases and buckets of their own; the driver finds the other members by the one that is named.
echo "mongodb://root:$(cat mongo_root_password)@mongo-1:27017/?replicaSet=tiezheng&authSource=admin" | put "$app" test_mongodb_url
echo "s3://$root@s3:9000/?$options" | put "$app" test_s3_url

if [ ! -e tls_certificate ] && [ ! -e tls_key ]; then
  [[ $host =~ ^[0-9.]+$ ]] && name="IP:$host" || name="DNS:$host"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 825 -subj "/CN=$host" -addext "subjectAltName=$name" \
    -addext basicConstraints=critical,CA:FALSE -keyout .key -out .certificate 2>/dev/null
  put "$proxy" tls_certificate < .certificate
  put "$proxy" tls_key < .key
  rm .key .certificate
  echo "the certificate is self-signed: put that of your authority in its place ($folder/tls_certificate, tls_key)" >&2
fi
