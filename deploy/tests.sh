#!/bin/sh
# The suites of servers on servers that are there already. Environment: SECRETS, the folder with their addresses.
set -eu
TEST_MONGODB_URL=$(cat "$SECRETS/test_mongodb_url")
TEST_S3_URLS="{\"silo\":\"$(cat "$SECRETS/test_s3_url")\"}"
export TEST_MONGODB_URL TEST_S3_URLS
exec scripts/servers/test.sh "$@"
