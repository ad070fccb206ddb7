# The service on a Debian of one day, with ffmpeg, the runtime of our lock file, and nothing that is not run.
#   docker build --target app -t tiezheng:0.1.0 .        --target tests: with all that the suites need
# The base by its digest: --build-arg DEBIAN=debian:bookworm-20260918-slim@sha256:… (docs/operations.md)
ARG DEBIAN=debian:bookworm-20260918-slim

FROM ${DEBIAN} AS debian
# libatomic1: the runtime is linked with it.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates ffmpeg libatomic1 \
 && rm -rf /var/lib/apt/lists/* /var/log/*

FROM debian AS packages
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends npm
WORKDIR /app
COPY package.json package-lock.json ./
COPY web/package.json web/
RUN npm ci --include=dev --include=optional --no-audit --no-fund
RUN install -m 0755 node_modules/node-linux-*/bin/node /usr/local/bin/node

FROM packages AS pages
COPY . .
RUN node web/build.ts

FROM packages AS production
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/node-linux-* node_modules/.bin node_modules/.cache

FROM pages AS tests
ENV NODE_ENV=test
CMD ["sh", "deploy/tests.sh"]

FROM debian AS app
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=production /app/node_modules node_modules
COPY --from=pages /app/web/dist web/dist
COPY package.json LICENSE ./
COPY signing signing
COPY storage storage
COPY server server
COPY scripts scripts
COPY deploy/healthy.mjs deploy/
COPY --chmod=0755 deploy/tiezheng /usr/local/bin/tiezheng
# Folders whose owner a new volume takes over.
RUN install -d -m 0700 -o 10001 -g 10001 /data && install -d -m 0700 -o 10002 -g 10002 /volumes/s3
USER 10001:10001
ENV HOST=0.0.0.0 PORT=3000 DATA_DIR=/data NODE_ENV=production
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "/app/deploy/healthy.mjs", "/healthz"]
CMD ["node", "server/main.ts"]
