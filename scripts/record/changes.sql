-- What is changed while the connector runs. A block between blank lines is one transaction, in this order.

INSERT INTO wildapp_probe_every_type (id, t, jb)
  VALUES (1, (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 80) i),
          (SELECT jsonb_object_agg(i, md5(i::text)) FROM generate_series(1, 60) i));
INSERT INTO wildapp_probe_composite VALUES (1, 'x', 1), (1, 'y', 2);

UPDATE wildapp_probe_every_type SET i4 = 7 WHERE id = 1;

UPDATE wildapp_probe_composite SET b = 'z' WHERE b = 'x';

DELETE FROM wildapp_probe_composite WHERE b = 'y';

ALTER TABLE wildapp_probe_every_type ADD COLUMN added text NOT NULL DEFAULT 'later';

UPDATE wildapp_probe_every_type SET i4 = 8 WHERE id = 1;

TRUNCATE wildapp_probe_composite;

INSERT INTO wildapp_edge_vals SELECT 2, i2, i4, i8, f4, f8, num, num204, b, t, v, c, u, ts, ts0, ts3, tz, tz0, d, ti, ti0, iv, j, jb,
  ta, by, m, h FROM wildapp_edge_vals;

INSERT INTO wildapp_edge_vals VALUES (
  3, -32768, -2147483648, -9223372036854775808, 'Infinity', '-Infinity', 'Infinity', -0.0001, false, '', '', '',
  '00000000-0000-0000-0000-000000000000', '-infinity', '-infinity', '-infinity', '-infinity', '-infinity', '-infinity',
  '00:00:00', '00:00:00', '0', '1', '"x"', '{}', '\x00ff', 'sad', ''
);

INSERT INTO wildapp_edge_vals VALUES (
  4, 0, 0, 0, 1e-10, 5e-324, 0.00000000000001, 9999999999999999.9999, NULL, 'x', NULL, NULL, NULL,
  '0044-03-15 12:00:00 BC', '12345-01-02 03:04:05', '2026-01-02 03:04:05.12', '0044-03-15 12:00:00+00 BC',
  '12345-01-02 03:04:05+00', '0044-03-15 BC', '03:04:00.1', '03:04:00', '1780000 years 5 months -3 days 04:05:06.000001',
  'null', 'null', '{{a},{b}}', NULL, 'ok', NULL
);

INSERT INTO wildapp_edge_vals VALUES (
  5, 1, 1, 9007199254740993, 3.4e38, 1.797e308, '-Infinity', 1, NULL, 'x', NULL, NULL, NULL, '1969-12-31 23:59:59.999999',
  '1970-01-01', '2026-01-02 03:04:05', '9999-12-31 09:59:59.999999+00', '2026-01-02 03:04:05+00', '12345-06-07', '03:04:00',
  '03:04:01', '0.000001 seconds', '{}', '[]', ARRAY['{"k": 1}', '\'], NULL, 'ok', NULL
);

INSERT INTO wildapp_edge_vals VALUES (
  6, 1, 1, 9007199254740992, 16777216, 0, 1e30, 1, NULL, 'x', NULL, NULL, NULL, '2026-01-02 03:04:00', '2026-01-02',
  '2026-01-02', '2026-01-02 03:04:00+00', '2026-01-02+00', '0001-01-01', '00:00:00.000001', '00:00:00', '1 month -1 day',
  '{}', '[]', NULL, NULL, 'ok', NULL
);

INSERT INTO wildapp_edge_toasted
  SELECT 1, NULL, s, s, s, jsonb_build_object('k', s), json_build_object('k', s), ARRAY[s], ARRAY[s],
    (SELECT array_agg(i) FROM generate_series(1, 60) i), (SELECT array_agg(i::bigint) FROM generate_series(1, 30) i),
    (SELECT array_agg(md5(i::text)::uuid) FROM generate_series(1, 15) i),
    convert_to(s, 'UTF8'), convert_to(s, 'UTF8'), repeat('123456789', 8)::numeric, hstore('k', s),
    xmlparse(content '<k>' || s || '</k>'), 'ok', true, 4
  FROM (SELECT repeat(md5('long'), 7) AS s) long;

UPDATE wildapp_edge_toasted SET i4 = 5;

UPDATE wildapp_edge_toasted SET id = 2;

INSERT INTO wildapp_edge_full_identity SELECT * FROM wildapp_edge_toasted;

UPDATE wildapp_edge_full_identity SET i4 = 6;

DELETE FROM wildapp_edge_full_identity;

-- Registering the connector refuses such a table; it can come to be so later.
ALTER TABLE wildapp_edge_index_identity REPLICA IDENTITY USING INDEX wildapp_edge_index_identity_code_key;
INSERT INTO wildapp_edge_index_identity VALUES (1, 'a', 'x'), (2, 'b', 'y'), (3, 'c', 'z');

UPDATE wildapp_edge_index_identity SET v = 'x2' WHERE id = 1;

UPDATE wildapp_edge_index_identity SET id = 11 WHERE id = 1;

UPDATE wildapp_edge_index_identity SET code = 'bb' WHERE id = 2;

DELETE FROM wildapp_edge_index_identity WHERE id = 3;

INSERT INTO wildapp_edge_nulls VALUES (1, NULL, NULL, 'a'), (2, 1, 's', 'b');

UPDATE wildapp_edge_nulls SET nn = 'c' WHERE id = 1;

DELETE FROM wildapp_edge_nulls WHERE id = 1;

INSERT INTO wildapp_edge_swap VALUES (1, 'one'), (2, 'two');

UPDATE wildapp_edge_swap SET id = -1 WHERE id = 1;
UPDATE wildapp_edge_swap SET id = 1 WHERE id = 2;
UPDATE wildapp_edge_swap SET id = 2 WHERE id = -1;

DELETE FROM wildapp_edge_swap WHERE id = 1;
INSERT INTO wildapp_edge_swap VALUES (1, 're');
SAVEPOINT sp;
INSERT INTO wildapp_edge_swap VALUES (7, 'rolled back');
ROLLBACK TO sp;
UPDATE wildapp_edge_swap SET v = 'kept' WHERE id = 1;

INSERT INTO "wildapp_edge_Odd Ün" VALUES (1, 'c', 't', 'uml', 'dot', 'q', 5, 'pl', 'sc', 'op');

UPDATE "wildapp_edge_Odd Ün" SET "1" = 6;

INSERT INTO wildapp_edge_partitioned VALUES (1, '2026-05-05', 'x');

UPDATE wildapp_edge_partitioned SET v = 'y';

INSERT INTO wildapp_tertiary VALUES
  ('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b116', 'Zürich Nord', 'south', '1999-12-31', '23:59:59.5', '2026-01-02', '2026-01-02');

INSERT INTO wildapp_secondary
  SELECT 3, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b116', 'Champlin', 'C-3', 0.01, '{"東京"}',
    jsonb_build_object('long', (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i)), true,
    '2026-01-02', '2026-01-02';
INSERT INTO wildapp_primary
  SELECT 4, 3, 'Oak "A"', 'draft', 1, 1, 1, 0.1, true,
    (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 200) i), '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b117',
    '2026-01-02 03:04:05', '2026-01-02', '03:04:05', '1 day', '{"color": "teal"}', '{alpha,"a,b"}', '\xdeadbeef',
    '2026-01-02', '2026-01-02';

INSERT INTO wildapp_primary VALUES
  (5, NULL, 'fifth', 'active', 5, 5, 5, NULL, true, NULL, '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b118', NULL, NULL, NULL, NULL,
   '{}', '{}', NULL, '2026-01-02', '2026-01-02');

UPDATE wildapp_secondary SET rating = 5 WHERE id = 3;

UPDATE wildapp_primary SET quantity = quantity + 1, updated_at = '2026-01-03';

UPDATE wildapp_primary SET status = 'archived', notes = 'short' WHERE id = 4;

UPDATE wildapp_primary SET id = 50 WHERE id = 5;

UPDATE wildapp_tertiary SET region = 'east' WHERE name = 'Springfield';

DELETE FROM wildapp_primary WHERE id = 3;
DELETE FROM wildapp_secondary WHERE id = 2;

INSERT INTO wildapp_event (type, timestamp, subscriber, payload) VALUES ('update', '2026-01-02', 'ann', '{"id": 4}');
INSERT INTO wildapp_event (type, timestamp, payload, patch_of) VALUES ('patch', '2026-01-02', '{"id": 4, "k": null}', 1);

DELETE FROM wildapp_event WHERE id = 2;

SELECT pg_logical_emit_message(false, 'app2', 'non-tx');

SELECT pg_logical_emit_message(true, 'app', '{"who":"probe"}');
UPDATE wildapp_primary SET title = 'beside a message' WHERE id = 2;

TRUNCATE wildapp_primary;

INSERT INTO wildapp_primary VALUES
  (6, 1, 'after the truncate', 'active', 1, 1, 1, 1, true, 'n', '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b119', NULL, NULL, NULL, NULL,
   '{}', '{}', NULL, '2026-01-02', '2026-01-02');

SELECT pg_logical_emit_message(false, 'recorded', '');
