/** Several schemas with tables of one name, quoted and mixed-case names, words that proto or TypeScript keep for themselves. */
export const TENANTS = `
CREATE SCHEMA "Tenant A"; CREATE SCHEMA tenant_b; CREATE SCHEMA "数据";
CREATE TYPE "Tenant A"."Order Status" AS ENUM ('new', 'New', 'NEW!', '+', '-', 'unspecified', '完成', '');
CREATE TABLE "Tenant A"."User" ("Id" bigint PRIMARY KEY, "userName" text NOT NULL, "user_name" text, "USER NAME" text, "naïve" text,
  "数" integer, "2nd" integer, "constructor" text, "class" text, "a.b" text, "quo""te'" text, "back\\slash" text, "$x" text, "key" text,
  "row" text, "__proto__" text, "42" text, "toString" text, "line
break" text);
CREATE TABLE "Tenant A"."Order" ("Id" bigint PRIMARY KEY, "User Id" bigint REFERENCES "Tenant A"."User", "Status" "Tenant A"."Order Status" NOT NULL,
  "User" text, key_id bigint REFERENCES "Tenant A"."User", row bigint REFERENCES "Tenant A"."User");
CREATE TABLE tenant_b."order" (id bigint PRIMARY KEY, status "Tenant A"."Order Status", user_id bigint);
CREATE TABLE tenant_b.class (id integer PRIMARY KEY, "import" text, message text, reserved text, "optional" text, "string" text);
CREATE TABLE "数据"."表" ("主键" integer PRIMARY KEY, "值" text);
CREATE TABLE public.facts (id integer PRIMARY KEY, google text);
CREATE TABLE public.google (id integer PRIMARY KEY, fact integer REFERENCES public.facts);
CREATE TABLE public."order" (id integer PRIMARY KEY, "order" text);
CREATE TABLE public."Order" (id integer PRIMARY KEY, v text);
CREATE TABLE public."order status" (id integer PRIMARY KEY, v text);
CREATE TABLE public.aux (id integer PRIMARY KEY, v text);`

export const TENANTS_ROWS = `
INSERT INTO "Tenant A"."User" ("Id", "userName", user_name, "USER NAME", "naïve", "数", "2nd", "constructor", "class", "a.b", "quo""te'",
  "back\\slash", "$x", "key", "row", "toString", "line
break") VALUES (1, 'u1', 'u2', 'u3', 'n', 7, 2, 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l');
INSERT INTO "Tenant A"."Order" VALUES (5, 1, 'NEW!', 'text', NULL, 1), (6, NULL, '', NULL, 1, NULL), (7, 1, '完成', 'x', 1, 1);
INSERT INTO tenant_b."order" VALUES (5, '+', 1); INSERT INTO tenant_b.class VALUES (1, 'a', 'b', 'c', 'd', 'e');
INSERT INTO "数据"."表" VALUES (1, '值'); INSERT INTO facts VALUES (1, 'g'); INSERT INTO google VALUES (1, 1), (2, NULL);
INSERT INTO "order" VALUES (1, 'o'); INSERT INTO "Order" VALUES (1, 'O'); INSERT INTO "order status" VALUES (1, 's'); INSERT INTO aux VALUES (1, 'a');`
