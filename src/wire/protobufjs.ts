import { roots as protobufRoots, util as protobufUtil } from 'protobufjs/minimal'
import { ExactReader } from './exact-reader'
import { ExactWriter } from './exact-writer'

/** The protobufjs that generated code requires: the minimal build with exact 64-bit integers. */
export const Reader = ExactReader
export const Writer = ExactWriter
export const util = protobufUtil
export const roots = protobufRoots
