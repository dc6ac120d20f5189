import type { Capture } from '../../src/source/capture-rules'
import type { DeclaredColumn, DeclaredTable } from '../../src/source/declared-table'
import { PatternList } from '../../src/source/pattern-list'
import type { SourceRule } from '../../src/source/source-finding'

export const column = (name: string, over: Partial<DeclaredColumn> = {}): DeclaredColumn => ({
  name,
  isKey: name === 'id',
  isNullable: false,
  types: ['bigint'],
  ...over,
})
export const declare = (
  topic: string,
  columns: readonly DeclaredColumn[],
  replicaIdentity: DeclaredTable['replicaIdentity'] = 'default',
): DeclaredTable => ({ topic: `m.${topic}`, columns, replicaIdentity })

/** A source that breaks a rule: what makes it so, and of what the finding tells. */
export interface SourceCase {
  readonly rule: SourceRule
  readonly where: string
  readonly setup: string
  readonly declared?: readonly DeclaredTable[]
  readonly capture?: Partial<Capture>
  /** What a remedy says in prose, where it is no statement: what it says, and what is declared and captured, or run, then. */
  readonly then?: {
    readonly says: string
    readonly declared?: readonly DeclaredTable[]
    readonly capture?: Partial<Capture>
    readonly sql?: string
  }
}

const ALONE: Partial<Capture> = { include: undefined }

export const SOURCE_CASES: readonly (readonly [string, SourceCase])[] = [
  [
    'REPLICA IDENTITY USING INDEX',
    {
      rule: 'replica-identity',
      where: 'public.r1',
      setup: `CREATE TABLE r1 (id bigint PRIMARY KEY, code text NOT NULL UNIQUE); SELECT facts_capture('r1');
        ALTER TABLE r1 REPLICA IDENTITY USING INDEX r1_code_key`,
    },
  ],
  [
    'REPLICA IDENTITY NOTHING of a table whose name needs quotes',
    {
      rule: 'replica-identity',
      where: 'public."R, 2""x"',
      setup: `CREATE TABLE "R, 2""x" (id bigint PRIMARY KEY); SELECT facts_capture('"R, 2""x"');
        ALTER TABLE "R, 2""x" REPLICA IDENTITY NOTHING`,
    },
  ],
  [
    'REPLICA IDENTITY NOTHING of one partition',
    {
      rule: 'replica-identity',
      where: 'public.r3_a',
      setup: `CREATE TABLE r3 (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE r3_a PARTITION OF r3 FOR VALUES FROM (0) TO (10); SELECT facts_capture('r3');
        ALTER TABLE r3_a REPLICA IDENTITY NOTHING`,
    },
  ],
  [
    'a DEFERRABLE key',
    {
      rule: 'deferrable-key',
      where: 'public.r4',
      setup: `CREATE TABLE r4 (id bigint, "Two" int, CONSTRAINT "Key" PRIMARY KEY (id, "Two") DEFERRABLE);
        ALTER PUBLICATION wildapp_facts ADD TABLE r4; GRANT SELECT ON r4 TO cdc`,
    },
  ],
  [
    'no primary key',
    {
      rule: 'primary-key',
      where: 'public.r5',
      setup: `CREATE TABLE r5 (id bigint); ALTER PUBLICATION wildapp_facts ADD TABLE r5; GRANT SELECT ON r5 TO cdc`,
    },
  ],
  [
    'a partitioned table that is published by its partitions',
    {
      rule: 'partitions',
      where: 'public.r6',
      setup: `CREATE TABLE r6 (id bigint PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE r6_a PARTITION OF r6 FOR VALUES FROM (0) TO (10);
        ALTER PUBLICATION wildapp_facts ADD TABLE r6_a; GRANT SELECT ON r6_a TO cdc`,
      declared: [declare('public.r6', [column('id')])],
    },
  ],
  [
    'a table with heirs',
    {
      rule: 'inheritance',
      where: 'public.r7',
      setup: `CREATE TABLE r7 (id bigint PRIMARY KEY); CREATE TABLE r7_heir (PRIMARY KEY (id)) INHERITS (r7);
        ALTER PUBLICATION wildapp_facts ADD TABLE r7; GRANT SELECT ON r7, r7_heir TO cdc`,
    },
  ],
  [
    'a table that the connector may not read',
    {
      rule: 'not-readable',
      where: '"S 8".r8',
      setup: `CREATE SCHEMA "S 8"; CREATE TABLE "S 8".r8 (id bigint PRIMARY KEY); ALTER PUBLICATION wildapp_facts ADD TABLE "S 8".r8`,
    },
  ],
  [
    'a table that a snapshot reads, that no connector captured',
    {
      rule: 'not-readable',
      where: 'public.wildapp_r_rec',
      setup: `CREATE TABLE wildapp_r_rec (id bigint PRIMARY KEY)`,
      capture: { include: new PatternList('public\\.wildapp_.*') },
    },
  ],
  [
    'row-level security',
    {
      rule: 'row-security',
      where: 'public.r9',
      setup: `CREATE TABLE r9 (id bigint PRIMARY KEY); ALTER TABLE r9 ENABLE ROW LEVEL SECURITY; SELECT facts_capture('r9')`,
    },
  ],
  [
    'a declared table that is not published',
    {
      rule: 'not-published',
      where: 'public.r10',
      setup: `CREATE TABLE r10 (id bigint PRIMARY KEY)`,
      declared: [declare('public.r10', [column('id')])],
      capture: ALONE,
    },
  ],
  [
    'a declared column that the publication leaves out',
    {
      rule: 'column-list',
      where: 'public.r11',
      setup: `CREATE TABLE r11 (id bigint PRIMARY KEY, a int, b int); GRANT SELECT ON r11 TO cdc;
        ALTER PUBLICATION wildapp_facts ADD TABLE r11 (id, b)`,
      declared: [
        declare('public.r11', [
          column('id'),
          column('a', { types: ['integer'], isNullable: true }),
        ]),
      ],
    },
  ],
  [
    'a column that is declared NOT NULL and is not',
    {
      rule: 'nullability',
      where: 'public.r12.a',
      setup: `CREATE TABLE r12 (id bigint PRIMARY KEY, a int); SELECT facts_capture('r12')`,
      declared: [declare('public.r12', [column('id'), column('a', { types: ['integer'] })])],
    },
  ],
  [
    'a replica identity that is declared and is not so',
    {
      rule: 'declared-identity',
      where: 'public.r13',
      setup: `CREATE TABLE r13 (id bigint PRIMARY KEY); SELECT facts_capture('r13')`,
      declared: [declare('public.r13', [column('id')], 'full')],
    },
  ],
  [
    'a declared column whose unchanged value stops the connector',
    {
      rule: 'stops-connector',
      where: 'public.r14.holidays',
      setup: `CREATE TABLE r14 (id bigint PRIMARY KEY, holidays date[]); SELECT facts_capture('r14')`,
      declared: [
        declare('public.r14', [
          column('id'),
          column('holidays', { types: ['date[]'], isNullable: true }),
        ]),
      ],
    },
  ],
]
