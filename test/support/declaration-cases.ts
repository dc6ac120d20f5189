import { PatternList } from '../../src/source/pattern-list'
import type { SourceCase } from './source-cases'
import { column, declare } from './source-cases'

const CODE = column('code', { types: ['text'] })
const TOTAL = column('total', { types: ['integer'], isNullable: true })

/** Sources that differ from what is declared, or from what the connector takes. */
export const DECLARATION_CASES: readonly (readonly [string, SourceCase])[] = [
  [
    'two tables on one topic',
    {
      rule: 'same-topic',
      where: 'public."r 15" and public."r!15"',
      setup: `CREATE TABLE "r 15" (id bigint PRIMARY KEY); CREATE TABLE "r!15" (id bigint PRIMARY KEY);
        SELECT facts_capture('"r 15"'), facts_capture('"r!15"')`,
    },
  ],
  [
    'a published table that the connector leaves out',
    {
      rule: 'not-captured',
      where: 'public.r16',
      setup: `CREATE TABLE r16 (id bigint PRIMARY KEY); SELECT facts_capture('r16')`,
      capture: { include: new PatternList('public\\.other') },
      then: {
        says: 'Add it to table.include.list',
        capture: { include: new PatternList('public\\.other,public\\.r16') },
      },
    },
  ],
  [
    'a declared table that is not there, by a wrong topic',
    {
      rule: 'missing-table',
      where: 'm.public.r17_',
      setup: `CREATE TABLE r17 (id bigint PRIMARY KEY); SELECT facts_capture('r17')`,
      declared: [declare('public.r17_', [column('id')])],
      then: {
        says: 'the topic in the declaration',
        declared: [declare('public.r17', [column('id')])],
      },
    },
  ],
  [
    'a declared table that is not there yet',
    {
      rule: 'missing-table',
      where: 'm.public.r18',
      setup: 'SELECT 1',
      declared: [declare('public.r18', [column('id')])],
      then: {
        says: 'or create the table',
        sql: `CREATE TABLE r18 (id bigint PRIMARY KEY); SELECT facts_capture('r18')`,
      },
    },
  ],
  [
    'a declared column that is not there',
    {
      rule: 'missing-column',
      where: 'public.r19.code',
      setup: `CREATE TABLE r19 (id bigint PRIMARY KEY); SELECT facts_capture('r19')`,
      declared: [declare('public.r19', [column('id'), CODE])],
      then: {
        says: 'Remove it from the declaration',
        declared: [declare('public.r19', [column('id')])],
      },
    },
  ],
  [
    'a declared column that is not there yet',
    {
      rule: 'missing-column',
      where: 'public.r20.code',
      setup: `CREATE TABLE r20 (id bigint PRIMARY KEY); SELECT facts_capture('r20')`,
      declared: [declare('public.r20', [column('id'), CODE])],
      then: {
        says: 'or add it to the table',
        sql: `ALTER TABLE r20 ADD COLUMN code text NOT NULL DEFAULT ''`,
      },
    },
  ],
  [
    'another primary key than the declared one',
    {
      rule: 'key-differs',
      where: 'public.r21',
      setup: `CREATE TABLE r21 (id bigint, code text, PRIMARY KEY (id, code)); SELECT facts_capture('r21')`,
      declared: [declare('public.r21', [column('id'), CODE])],
      then: {
        says: 'Declare the columns of the primary key as `key`',
        declared: [declare('public.r21', [column('id'), { ...CODE, isKey: true }])],
      },
    },
  ],
  [
    'a column that is declared as another type',
    {
      rule: 'column-type',
      where: 'public.r22.code',
      setup: `CREATE TABLE r22 (id bigint PRIMARY KEY, code uuid NOT NULL); SELECT facts_capture('r22')`,
      declared: [declare('public.r22', [column('id'), CODE])],
      then: {
        says: 'Declare it with the builder for its type',
        declared: [declare('public.r22', [column('id'), { ...CODE, types: ['uuid'] }])],
      },
    },
  ],
  [
    'a column whose type was altered',
    {
      rule: 'column-type',
      where: 'public.r23.code',
      setup: `CREATE TABLE r23 (id bigint PRIMARY KEY, code text NOT NULL); SELECT facts_capture('r23');
        ALTER TABLE r23 ALTER COLUMN code TYPE varchar(9)`,
      declared: [declare('public.r23', [column('id'), CODE])],
      then: {
        says: 'or change the type back',
        sql: 'ALTER TABLE r23 ALTER COLUMN code TYPE text',
      },
    },
  ],
  [
    'a virtual column, which nothing publishes',
    {
      rule: 'generated-column',
      where: 'public.r24.total',
      setup: `CREATE TABLE r24 (id bigint PRIMARY KEY, a int, total int GENERATED ALWAYS AS (a * 2) VIRTUAL);
        SELECT facts_capture('r24')`,
      declared: [declare('public.r24', [column('id'), TOTAL])],
      then: {
        says: 'Remove it from the declaration and compute it',
        declared: [declare('public.r24', [column('id')])],
      },
    },
  ],
  [
    'a stored generated column that is not published',
    {
      rule: 'generated-column',
      where: 'public.r25.total',
      setup: `CREATE TABLE r25 (id bigint PRIMARY KEY, a int, total int GENERATED ALWAYS AS (a * 2) STORED);
        SELECT facts_capture('r25')`,
      declared: [declare('public.r25', [column('id'), TOTAL])],
    },
  ],
]
