-- The tables of the recording, beside the watched application's own. Run by a superuser, before the connector.

CREATE EXTENSION hstore;

CREATE TYPE wildapp_mood AS ENUM ('sad', 'ok', 'happy', 'happy,ish');

CREATE TABLE wildapp_probe_every_type (
  id bigint PRIMARY KEY,
  n numeric,
  n122 numeric(12, 2),
  b boolean,
  t text,
  v varchar(40),
  u uuid,
  ts timestamp,
  tstz timestamptz,
  ts0 timestamp(0),
  ts3 timestamp(3),
  d date,
  ti time,
  titz timetz,
  iv interval,
  j json,
  jb jsonb,
  ta text[],
  ia integer[],
  by bytea,
  m wildapp_mood,
  i2 smallint,
  i4 integer,
  f4 real,
  f8 double precision,
  ip inet,
  nul text
);

CREATE TABLE wildapp_probe_composite (a integer, b text, v integer, PRIMARY KEY (a, b));

CREATE TABLE wildapp_edge_vals (
  id bigint PRIMARY KEY,
  i2 smallint NOT NULL,
  i4 integer NOT NULL,
  i8 bigint NOT NULL,
  f4 real NOT NULL,
  f8 double precision NOT NULL,
  num numeric NOT NULL,
  num204 numeric(20, 4),
  b boolean,
  t text NOT NULL,
  v varchar(80),
  c char(4),
  u uuid,
  ts timestamp,
  ts0 timestamp(0),
  ts3 timestamp(3),
  tz timestamptz,
  tz0 timestamptz(0),
  d date,
  ti time,
  ti0 time(0),
  iv interval,
  j json,
  jb jsonb,
  ta text[],
  by bytea,
  m wildapp_mood,
  h hstore
);

-- Rows go out of line at some 2,000 bytes; the target is then so low that every long value goes. No smallint[], numeric[],
-- date[] and others: unchanged ones stop the connector.
CREATE TABLE wildapp_edge_toasted (
  id bigint PRIMARY KEY,
  n text,
  t text,
  tn text NOT NULL,
  vc varchar(2000) NOT NULL,
  jb jsonb NOT NULL,
  j json,
  ta text[] NOT NULL,
  tan text[],
  ia integer[],
  ba bigint[],
  ua uuid[],
  by bytea NOT NULL,
  byn bytea,
  num numeric,
  h hstore,
  x xml,
  m wildapp_mood NOT NULL,
  flag boolean NOT NULL,
  i4 integer NOT NULL
) WITH (toast_tuple_target = 128);
ALTER TABLE wildapp_edge_toasted
  ALTER t SET STORAGE EXTERNAL, ALTER tn SET STORAGE EXTERNAL, ALTER vc SET STORAGE EXTERNAL,
  ALTER jb SET STORAGE EXTERNAL, ALTER j SET STORAGE EXTERNAL, ALTER ta SET STORAGE EXTERNAL,
  ALTER tan SET STORAGE EXTERNAL, ALTER ia SET STORAGE EXTERNAL, ALTER ba SET STORAGE EXTERNAL,
  ALTER ua SET STORAGE EXTERNAL, ALTER by SET STORAGE EXTERNAL, ALTER byn SET STORAGE EXTERNAL,
  ALTER h SET STORAGE EXTERNAL, ALTER x SET STORAGE EXTERNAL;
CREATE TABLE wildapp_edge_full_identity (LIKE wildapp_edge_toasted INCLUDING ALL);

CREATE TABLE wildapp_edge_index_identity (id bigint PRIMARY KEY, code text NOT NULL UNIQUE, v text);

CREATE TABLE wildapp_edge_nulls (
  id bigint PRIMARY KEY, n integer DEFAULT 7, s text DEFAULT 'dflt', nn text NOT NULL DEFAULT 'x'
);

CREATE TABLE wildapp_edge_swap (id bigint PRIMARY KEY, v text);

CREATE TABLE "wildapp_edge_Odd Ün" (
  "ID" bigint PRIMARY KEY,
  constructor text,
  "toString" text,
  "ö ä" text,
  "a.b" text,
  "quo""te" text,
  "1" integer,
  payload text,
  schema text,
  op text
);

CREATE TABLE wildapp_edge_partitioned (id bigint, at date, v text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE wildapp_edge_part_26 PARTITION OF wildapp_edge_partitioned
  FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

SELECT facts_capture('wildapp_probe_every_type');
SELECT facts_capture('wildapp_probe_composite');
SELECT facts_capture('wildapp_edge_vals');
SELECT facts_capture('wildapp_edge_toasted');
SELECT facts_capture('wildapp_edge_full_identity');
SELECT facts_capture('wildapp_edge_index_identity');
SELECT facts_capture('wildapp_edge_nulls');
SELECT facts_capture('wildapp_edge_swap');
SELECT facts_capture('"wildapp_edge_Odd Ün"');
SELECT facts_capture('wildapp_edge_partitioned');

ALTER TABLE wildapp_edge_full_identity REPLICA IDENTITY FULL;

-- Rows that the snapshot reads.

INSERT INTO wildapp_probe_every_type VALUES (
  9007199254740993, 123456789012345678901234567890.123456789, 12.30, true, 'snapshot snapshot snapshot ', 'v',
  '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', '2026-01-02 03:04:05.678901', '2026-01-02 01:04:05.678901+00',
  '2026-01-02 03:04:05', '2026-01-02 03:04:05.678', '2026-01-02', '03:04:05.678901', '03:04:05+02',
  '1 year 2 months 3 days 04:05:06.789', '{"a": 1,  "b":[1,2]}', '{"a": 1,  "b":[1,2]}', ARRAY['x', NULL, 'y,z'],
  '{1,2}', '\xdeadbeef', 'ok', 32767, 2147483647, 1.5, 0.1, '10.0.0.1', NULL
);

INSERT INTO wildapp_edge_vals VALUES (
  1, 32767, 2147483647, 9223372036854775807, 'NaN', 'NaN', 'NaN', NULL, true,
  E'tab\t nl\n quote" back\\ euro€ emoji😀 ctl\x01 del\x7f u2028\u2028', 'ünïcödé', 'ab',
  '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', 'infinity', 'infinity', 'infinity', 'infinity', 'infinity', 'infinity',
  '24:00:00', '23:59:59', '-1 years -2 months 3 days -04:05:06.789', '{"a": 12345678901234567890, "b":  1.10}',
  '{"b":  1.10, "a": 1, "a": 2}', ARRAY['a', NULL, 'b c', ''], '', 'happy,ish', '"b"=>NULL, "a"=>"1"'
);

INSERT INTO wildapp_tertiary VALUES
  ('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', 'Kutná Hora', 'north', '1921-01-31', '08:30', '2025-06-01', '2025-06-01'),
  ('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b112', 'Springfield', 'west', NULL, NULL, '2025-06-01', '2025-06-01');

INSERT INTO wildapp_secondary VALUES
  (1, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', 'Kulas, Renner', 'KR-1', 4.50, '{x,NULL,"y,z"}', '{"theme": "dark"}', true,
   '2025-06-01 10:00', '2025-06-01 10:00:00.5'),
  (2, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b112', 'Block', 'B-2', NULL, '{}', '{}', false, '2025-06-01', '2025-06-01');

INSERT INTO wildapp_primary VALUES
  (1, 1, 'first', 'active', 9007199254740993, 12345.67, 3, 0.25, true, 'notes', '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b113',
   '2025-12-31 23:59:59.999999', '2026-02-28', '07:30', '2 days 03:04:05', '{"k": [1, 2]}', '{a,"b c"}', '\x0102',
   '2025-06-01', '2025-06-01 10:00:00.123456'),
  (2, NULL, 'second', 'draft', -1, -0.0001, 0, NULL, false, NULL, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b114',
   NULL, NULL, NULL, NULL, '{}', '{}', NULL, '2025-06-01', '2025-06-01'),
  (3, 2, 'third', 'archived', 0, 9999999999999999.9999, -5, 1e300, true, '', '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b115',
   '0044-03-15 12:00:00 BC', '12345-06-07', '00:00:00.000001', '-1 mons', '[]', '{NULL}', '\x00', '2025-06-01', '2025-06-01');

INSERT INTO wildapp_event (type, timestamp, payload) VALUES ('insert', '2025-06-01', '{"id": 1}');
