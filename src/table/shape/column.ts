import type { JsonValue } from '../../protobuf/json/json'
import type { ByteCursor } from '../bytes/byte-cursor'
import type { Unavailable } from './unavailable'

/** Where a record comes from: the write-ahead log, or a query (a snapshot, initial or incremental). */
export type Origin = 'stream' | 'snapshot'

/**
 * How one column's value is read, twice: `fromJson` is the authority; `fromBytes` reads the usual form straight from the
 * record's bytes and must give the same value or nothing. Both return undefined for what does not fit, and never throw.
 */
export interface ColumnCodec<Value> {
  /** What fits, for error messages: "an integer between -32768 and 32767". */
  readonly expected: string
  /** Of a value that is not null. A snapshot writes some values otherwise than the stream; see `Origin`. */
  readonly fromJson: (json: JsonValue, origin: Origin) => Value | Unavailable | undefined
  /** Of an array's element, where that is written otherwise than a column's value. */
  readonly fromElement?: (json: JsonValue) => Value | undefined
  /** Whether a value that `fromBytes` does not read depends on the record's origin. */
  readonly readsOrigin?: boolean
  /** Whether `fromBytes` cuts text; see ByteCursor.openText. */
  readonly readsText: boolean
  /** Reads the value at the cursor, and advances past it. */
  readonly fromBytes: (cursor: ByteCursor) => Value | Unavailable | undefined
}

/** What a column is in PostgreSQL. */
export interface ColumnType {
  /**
   * The types that a builder is for, by their names in the catalog: as `format_type(oid, NULL)` gives them, without a
   * schema. "enum" and "composite" are any enum and composite type; a domain counts as what it is made from.
   */
  readonly postgresTypes: readonly string[]
  /** Values of different kinds are not compared; see `lookup`. */
  readonly kind: string
  /** Scale of a numeric, precision of a timestamptz, length of a char. */
  readonly detail?: number
}

/** What records say of a column that are older than the column, or than its name. */
interface ColumnPast {
  /** Read where a record has no such column; undefined unless declared. */
  readonly fallback: unknown
  /** Names that the column had before, the last one first. */
  readonly formerNames: readonly string[]
}

const NO_PAST: ColumnPast = { fallback: undefined, formerNames: [] }

/**
 * One column of a table definition; `Value` is its type in a row, `Null` whether NULL was declared to fit. Made by the
 * builders in `columns`.
 */
export class Column<Value, Null extends boolean = false> {
  /** Never set; carries the type for rows. */
  declare readonly value: Value

  constructor(
    readonly codec: ColumnCodec<NonNullable<Value>>,
    /** Whether NULL fits. */
    readonly isNullable: boolean,
    /** Whether PostgreSQL may store the value out of line (TOAST), so that a change may lack it. */
    readonly isToastable: boolean,
    readonly type: ColumnType,
    readonly past: ColumnPast = NO_PAST,
  ) {}

  /** Names of the types in PostgreSQL's catalog that the column may have; see `ColumnType`. */
  get postgresTypes(): readonly string[] {
    return this.type.postgresTypes
  }

  /** The same column without NOT NULL. */
  nullable(): Column<Value | null, true> {
    const { codec, isToastable, type, past } = this
    return new Column<Value | null, true>(codec, true, isToastable, type, past)
  }

  /**
   * What the column is read as in records that are older than the column: what its DEFAULT in the database made of the rows
   * that existed. It also takes the place of an unavailable TOASTed value in a row.
   */
  default(value: NonNullable<Value>): Column<Null extends true ? Value : NonNullable<Value>, Null> {
    return this.with({ ...this.past, fallback: value }) as Column<never, Null>
  }

  /** A name that the column had before: records that are older than the new name are read, too. */
  renamedFrom(name: string): Column<Value, Null> {
    return this.with({ ...this.past, formerNames: [...this.past.formerNames, name] })
  }

  /** Whether a record may be without the column, whose value is the substitute then. */
  get mayBeMissing(): boolean {
    return this.isNullable || this.past.fallback !== undefined
  }

  /** Value in a row for a column that the record lacks. */
  get substitute(): unknown {
    return this.past.fallback ?? null
  }

  private with(past: ColumnPast): Column<Value, Null> {
    return new Column(this.codec, this.isNullable, this.isToastable, this.type, past)
  }
}

/** A column whose type does not matter. */
export type AnyColumn = Column<unknown, boolean>
