/** Composite keys and foreign keys, a self-reference, char(n) keys, pictures, every plain type once. */
export const WHOLESALE = `
CREATE EXTENSION IF NOT EXISTS citext; CREATE EXTENSION IF NOT EXISTS hstore;
CREATE TABLE customers (customer_id char(5) PRIMARY KEY, company_name varchar(40) NOT NULL, email citext, labels hstore);
CREATE TABLE employees (employee_id smallint PRIMARY KEY, last_name varchar(20) NOT NULL, reports_to smallint REFERENCES employees,
  photo bytea, salary numeric, born date, badge uuid, ip inet, net cidr, mac macaddr, flags bit(8), ok bit(1), loose varbit,
  ratio real, exact double precision, place point, seg lseg, area polygon, span int4range, multi int4multirange, note xml, big oid);
CREATE TABLE warehouses (country char(2), code varchar(8), name text NOT NULL, PRIMARY KEY (country, code));
CREATE TABLE products (product_id integer PRIMARY KEY, name text NOT NULL, country char(2), warehouse varchar(8),
  FOREIGN KEY (country, warehouse) REFERENCES warehouses MATCH FULL, sizes numeric(5,1)[], counts bigint[], payload json);
CREATE TABLE orders (order_id integer PRIMARY KEY, customer_id char(5) REFERENCES customers, employee_id smallint REFERENCES employees,
  freight real NOT NULL DEFAULT 0, shipped timestamp);
CREATE TABLE order_details (order_id integer REFERENCES orders, product_id integer REFERENCES products, unit_price numeric(10,2) NOT NULL,
  quantity smallint NOT NULL, discount double precision NOT NULL, PRIMARY KEY (product_id, order_id));
CREATE TABLE late_key (id integer PRIMARY KEY DEFERRABLE, v text);
CREATE TABLE no_identity (id integer PRIMARY KEY, v text); ALTER TABLE no_identity REPLICA IDENTITY NOTHING;
CREATE TABLE whole_row (id integer PRIMARY KEY, at date[], v text); ALTER TABLE whole_row REPLICA IDENTITY FULL;
CREATE TABLE only_key (id uuid PRIMARY KEY);`

export const WHOLESALE_ROWS = `
INSERT INTO customers VALUES ('ALFKI', 'Alfreds', 'A@x.example', 'a=>1'), ('AB', 'Short', NULL, NULL);
INSERT INTO employees VALUES (1, 'Boss', NULL, '\\x0102', 12345.678900, '1962-02-19', '7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111', '10.0.0.1/24',
    '10.0.0.0/8', '08:00:2b:01:02:03', B'00000101', B'1', B'101', 1.1, 0.1, '(1.5,-2)', '[(0,0),(1,1)]', '((0,0),(1,1),(1,0))', '[1,5)',
    '{[1,5),[7,9)}', '<a>b</a>', 4294967295),
  (2, 'Worker', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'NaN', '-Infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO warehouses VALUES ('DE', 'b,%', 'Bonn'), ('FR', '', 'Paris');
INSERT INTO products VALUES (1, 'Chai', 'DE', 'b,%', NULL, '{9007199254740993}', '{"a":1.10}'), (2, 'Tofu', NULL, NULL, NULL, NULL, NULL);
INSERT INTO orders VALUES (10, 'ALFKI', 2, 32.38, '1996-07-04 10:00:00.5'), (11, NULL, NULL, 0, NULL), (12, 'AB', 1, 1, 'infinity');
INSERT INTO order_details VALUES (10, 1, 14.00, 12, 0.15), (10, 2, 9.80, -10, 0);
INSERT INTO whole_row VALUES (1, '{2026-01-02}', 'x'); INSERT INTO only_key VALUES ('7f2c9a52-53a8-4a0e-9a57-2f6c36a3b111');`
