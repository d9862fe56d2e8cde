#!/bin/sh
# What the official image does: at the first start, the scripts run while no network reaches the
# server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf %s "$POSTGRES_PASSWORD" >/tmp/password
  initdb --username=postgres --pwfile=/tmp/password --auth-local=trust \
    --auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  rm /tmp/password
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  pg_ctl start --wait --options='-c listen_addresses='
  for script in /docker-entrypoint-initdb.d/*.sh; do "$script"; done
  pg_ctl stop --wait --mode=fast
fi
exec postgres -c listen_addresses='*'
