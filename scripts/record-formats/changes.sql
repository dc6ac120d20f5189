-- What is changed while the connectors run. A block between blank lines is one transaction, in this order.

INSERT INTO numbers VALUES
  (101, -32768, -2147483648, 9007199254740993, 'Infinity', '-Infinity', 1.500, -12.30, 0, -100, -0.05, false, B'0',
   B'10000000000', 0),
  (102, 0, 0, 0, 'NaN', 5e-324, -0.00000000000000000001, 9999999999.99, 1.1, 0, 92233720368547758.07, NULL, NULL, NULL, NULL),
  (103, 1, 1, 1, '-0', 1.797e308, 1e40, 0.01, 123456789012345.6789, 99900, 0, NULL, NULL, NULL, NULL);

INSERT INTO numbers (id, i8, n, n204) VALUES (104, 1, 'NaN', 1);

INSERT INTO numbers (id, i8, n, n204) VALUES (105, 1, 'Infinity', 1);

INSERT INTO numbers (id, i8, n122, n204) VALUES (106, 1, 'NaN', 1);

INSERT INTO times VALUES
  (101, '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59', '1969-12-31 23:59:59.999', '1969-12-31 23:59:59.999999+00',
   '1969-12-31 23:59:59+00', '1969-12-31 23:59:59.999+00', '1969-12-31', '00:00', '00:00', '00:00', '23:59:59.999999-11',
   '-0.5 s'),
  (102, '1582-10-15 00:00:00.000001', '1582-10-15', '1582-10-15 00:00:00.001', '1582-10-15 00:00:00.000001+00',
   '2026-01-02+00', '2026-01-02+00', '1582-10-15', '23:59:59.999999', '23:59:59', '23:59:59.999', '00:00+00', '1 mon -1 day'),
  (103, '20000-01-02 03:04:05.678901', '20000-01-02 03:04:05', '20000-01-02 03:04:05.678', '9999-12-31 23:59:59.999999+00',
   '2026-01-02+00', '2026-01-02+00', '20000-01-02', '12:00', '12:00', '12:00', '12:00+05:30', '14.454866 s'),
  (104, '2026-01-02 03:04:00', '2026-01-02', '2026-01-02 03:04:05.12', '2026-01-02 03:04:05.1+00', '2026-01-02+00',
   '2026-01-02 03:04:05.12+00', '0001-01-01', '03:04:00.1', '03:04:00', '03:04:00.1', '03:04:00.1+00', '100 days 25:01:01.5');

INSERT INTO times (id, ts, ts3, d) VALUES (105, 'infinity', 'infinity', 'infinity');

INSERT INTO times (id, ts, ts3, d) VALUES (106, '-infinity', '-infinity', '-infinity');

INSERT INTO times (id, ts, d) VALUES (107, '0044-03-15 12:00:00 BC', '0044-03-15 BC');

INSERT INTO times (id, ts, ts3, d) VALUES
  (113, '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999', '5874897-12-31'),
  (114, '4714-11-24 00:00:00 BC', '4714-11-24 00:00:00 BC', '4714-11-24 BC'),
  (115, '1677-09-21 00:12:43.145224', '2262-04-11 23:47:16.854', '1582-10-10'),
  (116, '294247-01-10 04:00:54.775807', '294247-01-10 04:00:54.776', '9999-12-31');

INSERT INTO times (id, ti, ti0, ti3) VALUES (117, '24:00', '24:00', '24:00');

INSERT INTO times (id, tz) VALUES (108, 'infinity'), (109, '-infinity'), (110, '0044-03-15 12:00:00+00 BC');

INSERT INTO times (id, iv) VALUES (111, '0'), (112, '1780000 years 5 months -3 days 04:05:06.000001');

INSERT INTO texts VALUES
  ('00000000-0000-0000-0000-000000000000', E'tab\t nl\n "q" \\ € 😀', '', '', 'sad', '"x"', '{}', '\x', '', '<a/>', '::1', '', 'empty',
   '{}', '(0,0)', '((0,0),(1,1),(2,0))'),
  ('00000000-0000-0000-0000-000000000001', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('00000000-0000-0000-0000-000000000002', 'x', 'x', 'abcd', 'happy,ish', 'null', 'null', '\x00ff', 'k=>"v,\"w\""', 'x', '10.0.0.1',
   'a', '(,)', '{(,)}', '(NaN,Infinity)', '((0,0),(1,1))');

INSERT INTO lists VALUES
  (101, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
  (102, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  (103, '{NULL,""}', '{NULL,-2147483648}', '{-9223372036854775808,NULL}', '{NULL,0.01}', '{1969-12-31,NULL}',
   '{1969-12-31 23:59:59.999999,NULL}', '{1969-12-31 23:59:59.999999+00,NULL}', '{NULL,00000000-0000-0000-0000-000000000000}',
   '{NULL,"\\x"}', '{NULL,-0.5}', '{false}');

INSERT INTO large
  SELECT 101, s, jsonb_build_object('k', s), ARRAY[s], (SELECT array_agg(i) FROM generate_series(1, 60) i),
    (SELECT array_agg(i::bigint) FROM generate_series(1, 30) i), (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 15) i),
    convert_to(s, 'UTF8'), convert_to(s, 'UTF8'), repeat('123456789', 30)::numeric, hstore('k', s),
    xmlparse(content '<k>' || s || '</k>'), 4
  FROM (SELECT repeat(md5('long'), 7) AS s) long;

UPDATE large SET i4 = 5;

UPDATE large SET id = 102;

DELETE FROM large;

INSERT INTO keyed VALUES (-0.01, '1969-12-31 23:59:59.999', '1969-12-31', 'a'), (12345678.90, '2026-01-02', '2026-01-02', 'b');

UPDATE keyed SET v = 'c' WHERE n < 2;

UPDATE keyed SET n = 7.25 WHERE n = -0.01;

DELETE FROM keyed WHERE n > 7;

INSERT INTO defaults VALUES (101, NULL, NULL, 'a'), (102, 7, 'dflt', 'b');

UPDATE defaults SET nn = 'c' WHERE id < 102;

DELETE FROM defaults WHERE id = 101;

UPDATE numbers SET i2 = 3;

DELETE FROM numbers WHERE id < 102;

UPDATE texts SET t = 'changed' WHERE id < '00000000-0000-0000-0000-000000000002';

DELETE FROM times WHERE id = 1;

TRUNCATE lists;

INSERT INTO defaults (id, nn) VALUES (999, 'the last one');
