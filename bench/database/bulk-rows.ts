/** Rows as the generated input has them, made by PostgreSQL itself: $1 rows, each of one of the secondaries there are. */
export const INSERT_ROWS = `
INSERT INTO wildapp_primary (secondary_id, title, status, serial_number, amount, quantity, score, verified, notes,
  external_id, happened_at, due_on, remind_at, lead_time, attributes, labels, fingerprint)
SELECT CASE WHEN n % 10 > 0 THEN (SELECT id FROM wildapp_secondary ORDER BY id OFFSET n % (SELECT count(*) FROM wildapp_secondary) LIMIT 1) END,
  'Handcrafted Bronze Keyboard ' || n,
  (ARRAY['draft', 'active', 'archived'])[1 + n % 3]::wildapp_status,
  9007199254740993 + n, n * 1.2345, n % 5000, n / 7.0::double precision, n % 2 = 0,
  CASE WHEN n % 10 = 0 THEN repeat('The quick brown fox jumps over the lazy dog. ', 11) WHEN n % 5 > 0 THEN 'The quick brown fox jumps over the lazy dog.' END,
  gen_random_uuid(), localtimestamp, current_date, localtime, make_interval(days => n % 9, hours => 2),
  jsonb_build_object('color', 'magenta', 'weight', n % 100, 'sizes', jsonb_build_array(1, n % 90)),
  ARRAY['alpha', 'beta', 'a,b'], decode(md5(n::text), 'hex')
FROM generate_series(1, $1::int) n`
