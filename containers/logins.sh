#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: the owner of the database, and the logins of the
# API and of the worker that tries the farm. Real hosts get logins of their own (ctl hosts add).
set -eu
psql --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" \
  --set owner="$OWNER_PASSWORD" --set api="$API_PASSWORD" --set worker="$WORKER_PASSWORD" <<'SQL'
CREATE ROLE farm_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE DATABASE farm OWNER farm_owner;
CREATE ROLE renderdeck_api NOLOGIN;
CREATE ROLE renderdeck_worker NOLOGIN;
GRANT renderdeck_api, renderdeck_worker TO farm_owner WITH ADMIN OPTION;
CREATE ROLE farm_api LOGIN PASSWORD :'api' IN ROLE renderdeck_api;
CREATE ROLE farm_worker LOGIN PASSWORD :'worker' IN ROLE renderdeck_worker;
SQL
