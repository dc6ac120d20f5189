-- The tables whose changes are recorded in each form, with the rows that the snapshots read. Run by a superuser.

CREATE EXTENSION hstore;
CREATE EXTENSION ltree;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy,ish');

CREATE TABLE numbers (
  id bigint PRIMARY KEY, i2 smallint, i4 integer, i8 bigint NOT NULL, f4 real, f8 double precision, n numeric, n122 numeric(12, 2),
  n204 numeric(20, 4) NOT NULL, n5 numeric(5, -2), m money, b boolean, b1 bit(1), b11 bit(11), o oid
);
CREATE TABLE times (
  id integer PRIMARY KEY, ts timestamp, ts0 timestamp(0), ts3 timestamp(3), tz timestamptz, tz0 timestamptz(0), tz3 timestamptz(3),
  d date, ti time, ti0 time(0), ti3 time(3), titz timetz, iv interval
);
CREATE TABLE texts (
  id uuid PRIMARY KEY, t text NOT NULL, v varchar(40), c char(4), e mood, j json, jb jsonb, bin bytea, h hstore, x xml, ip inet,
  lt ltree, r int4range, mr int4multirange, p point, pa path
);
CREATE TABLE lists (
  id bigint PRIMARY KEY, ta text[], ia integer[], ba bigint[], na numeric(10, 2)[], da date[], tsa timestamp[], tza timestamptz[],
  ua uuid[], bina bytea[], fa double precision[], boa boolean[]
);
CREATE TABLE large (
  id bigint PRIMARY KEY, t text NOT NULL, jb jsonb, ta text[], ia integer[], ba bigint[], ua uuid[], bin bytea, binn bytea,
  n numeric, h hstore, x xml, i4 integer NOT NULL
) WITH (toast_tuple_target = 128);
ALTER TABLE large
  ALTER t SET STORAGE EXTERNAL, ALTER jb SET STORAGE EXTERNAL, ALTER ta SET STORAGE EXTERNAL, ALTER ia SET STORAGE EXTERNAL,
  ALTER ba SET STORAGE EXTERNAL, ALTER ua SET STORAGE EXTERNAL, ALTER bin SET STORAGE EXTERNAL, ALTER binn SET STORAGE EXTERNAL,
  ALTER h SET STORAGE EXTERNAL, ALTER x SET STORAGE EXTERNAL;
-- Keys of types that the settings concern.
CREATE TABLE keyed (n numeric(10, 2), ts timestamp(3), d date, v text, PRIMARY KEY (n, ts, d));
-- Null where the column has a default.
CREATE TABLE defaults (id bigint PRIMARY KEY, n integer DEFAULT 7, s text DEFAULT 'dflt', nn text NOT NULL DEFAULT 'x');
ALTER TABLE defaults REPLICA IDENTITY FULL;

CREATE PUBLICATION formats FOR TABLE numbers, times, texts, lists, large, keyed, defaults;

INSERT INTO numbers VALUES
  (1, 32767, 2147483647, 9223372036854775807, 0.1, 0.1, 123456789012345678901234567890.123456789, 12.30, 9999999999999999.9999,
   12345, 1234.56, true, B'1', B'00000000101', 4294967295),
  (2, NULL, NULL, -9223372036854775808, NULL, NULL, NULL, NULL, -0.0001, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO times VALUES
  (1, '2026-01-02 03:04:05.678901', '2026-01-02 03:04:05', '2026-01-02 03:04:05.678', '2026-01-02 03:04:05.678901+02',
   '2026-01-02 03:04:05+02', '2026-01-02 03:04:05.67+00', '2026-01-02', '03:04:05.678901', '03:04:05', '03:04:05.678',
   '03:04:05.678901+02', '1 year 2 months 3 days 04:05:06.789'),
  (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO texts VALUES
  ('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', 'snapshot', 'v', 'ab', 'ok', '{"a": 1,  "b":[1,2]}', '{"a": 12345678901234567890.10}',
   '\xdeadbeefff3e', 'a=>1,b=>NULL', '<a b="1">x</a>', '10.0.0.1/24', 'a.b.c', '[1,5)', '{[1,5),[7,9)}', '(1.5,-2)',
   '[(0,0),(1,1)]');
INSERT INTO lists VALUES
  (1, ARRAY['x', NULL, 'y,z'], '{1,2}', '{9007199254740993}', '{1.50,-2.25}', '{2026-01-02}', '{2026-01-02 03:04:05.678901}',
   '{2026-01-02 03:04:05.678901+00}', '{7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111}', '{"\\xff3e"}', '{1.5,NaN}', '{true,NULL}');
INSERT INTO keyed VALUES (1.50, '2026-01-02 03:04:05.678', '2026-01-02', 'snapshot');
INSERT INTO defaults VALUES (1, NULL, NULL, 'snapshot');
