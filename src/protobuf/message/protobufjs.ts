import { util as protobufUtil } from 'protobufjs/minimal'
import { ExactReader } from './exact-reader'
import { FieldWriter } from './field-writer'

/** The protobufjs that generated code requires: the minimal build with exact integers. */
export const Reader = ExactReader
export const Writer = FieldWriter
export const util = protobufUtil
