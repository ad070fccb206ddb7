#!/bin/sh
# Makes the service's own key at a MinIO-compatible server, with the policy beside this file. Can be repeated: key and policy are set anew.
# Environment: S3_SERVER (http://host:port), SECRETS (folder with s3_root_user, s3_root_password, s3_app_secret), POLICY, MC (client).
set -eu
mc=${MC:-mcli}
secret() { tr -d '\n' < "$SECRETS/$1"; }
mc() { command "$mc" --quiet --config-dir "${TMPDIR:-/tmp}/mc" "$@"; }
# By the environment, never as an argument that others on the machine can see.
MC_HOST_store="http://$(secret s3_root_user):$(secret s3_root_password)@${S3_SERVER#http://}"
export MC_HOST_store
printf 'tiezheng\n%s\n' "$(secret s3_app_secret)" | mc admin user add store >/dev/null
mc admin policy create store tiezheng "${POLICY:-/run/s3-policy.json}" >/dev/null
mc admin policy attach store tiezheng --user tiezheng >/dev/null 2>&1 ||
  mc admin user info store tiezheng | grep -q 'PolicyName: tiezheng'
echo 'the service has its key'
