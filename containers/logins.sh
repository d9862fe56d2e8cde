#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: makes the database, its owner, and the logins of
# the API and of the worker that tries the farm. Other hosts get their own logins: ctl hosts invite.
set -eu
psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" <<'SQL'
\getenv owner OWNER_PASSWORD
\getenv api API_PASSWORD
\getenv worker WORKER_PASSWORD
CREATE ROLE farm_owner LOGIN CREATEROLE PASSWORD :'owner';
CREATE DATABASE farm OWNER farm_owner ENCODING 'UTF8';
-- `migrate` gives these roles their rights.
CREATE ROLE renderdeck_api NOLOGIN;
CREATE ROLE renderdeck_worker NOLOGIN;
GRANT renderdeck_api, renderdeck_worker TO farm_owner WITH ADMIN OPTION;
CREATE ROLE farm_api LOGIN PASSWORD :'api' IN ROLE renderdeck_api;
CREATE ROLE farm_worker LOGIN PASSWORD :'worker' IN ROLE renderdeck_worker;
\connect farm
-- A large object of a host's login would stop each pg_dump of the owner.
REVOKE EXECUTE ON FUNCTION lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea)
FROM PUBLIC;
SQL
