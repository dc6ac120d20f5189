import { ExactReader } from '../../protobuf/message/exact-reader'

/** Seconds and nanoseconds, as in protobuf's Timestamp. */
export interface ProtoTime {
  readonly seconds: bigint
  readonly nanos: number
}

/** The fields of a fact's header that every reading needs. */
export interface HeaderPeek {
  /** facts.v1.Kind. */
  readonly kind: number
  /** Commit time of the source transaction; undefined when it is absent. */
  readonly time: ProtoTime | undefined
}

const BYTES = 2
/** Tags of `header` in a fact, and of its `kind` and `time`; see proto/facts/v1/header.proto. */
const [HEADER, KIND, TIME] = [(1 << 3) | BYTES, 2 << 3, (5 << 3) | BYTES]

/** Reads them from the bytes of a fact without decoding the rest; undefined when the header is not the first field. */
export function peekHeader(payload: Buffer): HeaderPeek | undefined {
  try {
    const reader = new ExactReader(payload)
    if (payload.length === 0 || reader.uint32() !== HEADER) return undefined
    const end = reader.uint32() + reader.pos
    if (end > reader.len) return undefined
    let kind = 0
    let time: ProtoTime | undefined
    while (reader.pos < end) {
      const tag = reader.uint32()
      if (tag === KIND) kind = reader.int32()
      else if (tag === TIME) time = timeOf(reader)
      else reader.skipType(tag & 7)
    }
    return reader.pos === end ? { kind, time } : undefined
  } catch {
    return undefined
  }
}

function timeOf(reader: ExactReader): ProtoTime {
  const end = reader.uint32() + reader.pos
  let seconds = 0n
  let nanos = 0
  while (reader.pos < end) {
    const tag = reader.uint32()
    if (tag === 1 << 3) seconds = reader.int64()
    else if (tag === 2 << 3) nanos = reader.int32()
    else reader.skipType(tag & 7)
  }
  return { seconds, nanos }
}
