#!/usr/bin/env bash
# A Ceph RADOS Gateway with one store in memory on 127.0.0.1 only, from Debian's packages (root); keys evidencekey / evidencesecret,
# and disposalkey / disposalsecret of a user who owns nothing.
# Usage: ceph-up.sh FOLDER    Environment: CEPH_PORT (7480), CEPH_MON_PORT (3300).
# Starts what of it is down. Its last line is the address.
set -euo pipefail
mkdir -p "$1"; home=$(cd "$1" && pwd)
port=${CEPH_PORT:-7480} mon_port=${CEPH_MON_PORT:-3300}
export CEPH_CONF=$home/ceph.conf

if ! dpkg -s radosgw ceph-mon ceph-osd curl >/dev/null 2>&1; then
  echo "installing Ceph" >&2
  apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends radosgw ceph-mon ceph-osd curl >/dev/null 2>&1
fi

alive() { # the pid file names a process that is a Ceph daemon, and not one that was killed and has not been waited for yet
  [ -s "$home/run/$1.pid" ] && readlink -q "/proc/$(cat "$home/run/$1.pid")/exe" | grep -qE '/(ceph-(mon|osd)|radosgw)$'
}

# Its store was in memory: when that has ended, what the monitor knows of it is of no use.
if ! alive osd.0; then
  for daemon in client.rgw.a mon.a; do if alive "$daemon"; then kill -9 "$(cat "$home/run/$daemon.pid")"; fi; done
  rm -rf "$home"/{mon,osd,rgw,run,fsid}
fi

mkdir -p "$home"/{mon,osd,rgw,run,log}
[ -s "$home/fsid" ] || cat /proc/sys/kernel/random/uuid > "$home/fsid"
fsid=$(cat "$home/fsid")
cat > "$CEPH_CONF" <<CONF
[global]
fsid = $fsid
mon_initial_members = a
mon_host = v2:127.0.0.1:$mon_port/0
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_mon_client_mode = crc
auth_allow_insecure_global_id_reclaim = false
run_dir = $home/run
admin_socket = $home/run/\$cluster-\$name.asok
pid_file = $home/run/\$name.pid
log_file = $home/log/\$name.log
crash_dir = $home/crash
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pgp_num = 8
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_warn_on_pool_no_redundancy = false
mon_max_pg_per_osd = 1000
mon_data_avail_warn = 2
mon_data_avail_crit = 1
[mon]
mon_data = $home/mon
mon_cluster_log_file = $home/log/cluster.log
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
[osd]
osd_data = $home/osd
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_crush_update_on_start = true
osd_max_object_size = 134217728
[client]
rgw_data = $home/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
rgw_enable_usage_log = false
rgw_crypt_require_ssl = false
CONF

if [ ! -d "$home/mon/store.db" ]; then
  monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port/0]" "$home/monmap" >/dev/null
  ceph-mon --mkfs -i a --monmap "$home/monmap"
fi
alive mon.a || ceph-mon -i a
if [ ! -s "$home/osd/whoami" ]; then
  uuid=$(cat /proc/sys/kernel/random/uuid)
  [ "$(timeout 60 ceph osd new "$uuid")" = 0 ] || { echo "the first store is not number 0" >&2; exit 1; }
  ceph-osd -i 0 --mkfs --osd-uuid "$uuid" >/dev/null 2>&1
fi
alive osd.0 || ceph-osd -i 0 >/dev/null 2>&1
for _ in $(seq 300); do timeout 20 ceph osd stat 2>/dev/null | grep -q '1 up' && break; sleep 0.2; done
if [ ! -e "$home/rgw/user" ]; then
  timeout 120 radosgw-admin user info --uid=evidence >/dev/null 2>&1 ||
    timeout 120 radosgw-admin user create --uid=evidence --display-name=evidence \
      --access-key=evidencekey --secret-key=evidencesecret >/dev/null
  touch "$home/rgw/user"
fi
# Who deletes what was disposed of: a user of its own, by the policy of a bucket.
if [ ! -e "$home/rgw/disposal-user" ]; then
  timeout 120 radosgw-admin user info --uid=disposal >/dev/null 2>&1 ||
    timeout 120 radosgw-admin user create --uid=disposal --display-name=disposal \
      --access-key=disposalkey --secret-key=disposalsecret >/dev/null
  touch "$home/rgw/disposal-user"
fi
alive client.rgw.a || radosgw -n client.rgw.a
for _ in $(seq 300); do
  [ "$(curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/" || true)" = 200 ] &&
    { echo "s3://evidencekey:evidencesecret@127.0.0.1:$port/"; exit 0; }
  sleep 0.2
done
echo "not ready after 60 s" >&2; exit 1
