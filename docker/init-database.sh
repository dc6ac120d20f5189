#!/bin/sh
# Runs once, when the postgres container has made an empty data folder. Two databases, each with its own role:
# the watched application's, whose owner may make the capture role (a migration does), and the schema registry's.
set -eu
psql --set ON_ERROR_STOP=1 --quiet --username "$POSTGRES_USER" --dbname postgres \
  --set wildapp_password="$WILDAPP_PASSWORD" --set registry_password="$REGISTRY_PASSWORD" <<'SQL'
CREATE ROLE wildapp LOGIN CREATEROLE REPLICATION PASSWORD :'wildapp_password';
CREATE DATABASE wildapp OWNER wildapp;
CREATE ROLE registry LOGIN PASSWORD :'registry_password';
CREATE DATABASE registry OWNER registry;
-- A role that may replicate reads every change of a database that it may connect to.
REVOKE CONNECT ON DATABASE registry FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres FROM PUBLIC;
SQL
