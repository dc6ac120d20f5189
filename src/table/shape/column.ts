import type { JsonValue } from '../../protobuf/json/json'
import type { ByteCursor } from '../bytes/byte-cursor'
import type { Unavailable } from './unavailable'

/** Where a record comes from: the write-ahead log, or a query (a snapshot, initial or incremental). */
export type Origin = 'stream' | 'snapshot'

/**
 * Reads the values of one column, in two ways: `fromJson` is the reference; `fromBytes` reads the usual form straight from
 * the record's bytes and returns the same value or undefined. Both return undefined for a value that does not fit, and never
 * throw.
 */
export interface ColumnCodec<Value> {
  /** Description of the values that fit, for error messages: "an integer between -32768 and 32767". */
  readonly expected: string
  /** Reads a value that is not null. A snapshot writes some values in another form than the stream; see `Origin`. */
  readonly fromJson: (json: JsonValue, origin: Origin) => Value | Unavailable | undefined
  /** Reads an element of an array, if its form differs from that of a column's value. */
  readonly fromElement?: (json: JsonValue) => Value | undefined
  /** Whether a value that `fromBytes` does not read depends on the record's origin. */
  readonly readsOrigin?: boolean
  /** Whether `fromBytes` slices text; see ByteCursor.openText. */
  readonly readsText: boolean
  /** Reads the value at the cursor, and advances past it. */
  readonly fromBytes: (cursor: ByteCursor) => Value | Unavailable | undefined
}

/** What a column is in PostgreSQL. */
export interface ColumnType {
  /**
   * The catalog names of the types that the column may have: the result of `format_type(oid, NULL)`, without a schema.
   * "enum" and "composite" are any enum and composite type; a domain counts as its base type.
   */
  readonly postgresTypes: readonly string[]
  /** Only values of the same kind can be compared; see `lookup`. */
  readonly kind: string
  /** Scale of a numeric, precision of a timestamptz, length of a char. */
  readonly detail?: number
  /** Digits of a second's fraction of a timestamp or a time, where they are declared. */
  readonly precision?: number
  /** Type of the elements of an array. */
  readonly element?: ColumnType
}

/** How records are read that are older than the column, or than its name. */
interface ColumnPast {
  /** Value for records without the column; undefined unless declared. */
  readonly fallback: unknown
  /** Former names of the column, the latest first. */
  readonly formerNames: readonly string[]
}

const NO_PAST: ColumnPast = { fallback: undefined, formerNames: [] }

/**
 * One column of a table definition. `Value` is its type in a row, `Null` whether it is declared nullable. Created by the
 * builders in `columns`.
 */
export class Column<Value, Null extends boolean = false> {
  /** Never set; carries the type for rows. */
  declare readonly value: Value

  constructor(
    readonly codec: ColumnCodec<NonNullable<Value>>,
    /** Whether the column is nullable. */
    readonly isNullable: boolean,
    /** Whether PostgreSQL may store the value out of line (TOAST); a change may then lack it. */
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
   * Value of the column in records that are older than the column: the value that its DEFAULT in the database gave to the
   * existing rows. It also replaces an unavailable TOASTed value in a row.
   */
  default(value: NonNullable<Value>): Column<Null extends true ? Value : NonNullable<Value>, Null> {
    return this.with({ ...this.past, fallback: value }) as Column<never, Null>
  }

  /** Declares a former name of the column, so that records from before the rename are read, too. */
  renamedFrom(name: string): Column<Value, Null> {
    return this.with({ ...this.past, formerNames: [...this.past.formerNames, name] })
  }

  /** Whether a record may lack the column; its value is then the substitute. */
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

/** A column of any type. */
export type AnyColumn = Column<unknown, boolean>
