export interface CodeOptions {
  /** What the generated code imports its parts from: `pgfacts/protobuf`, or a relative path to it. */
  readonly runtime: string
  /** Form of the JavaScript. */
  readonly module: 'commonjs' | 'esm'
  /** Whether it is the code of the header, which all other code imports from `runtime`. */
  readonly isHeader?: boolean
}

/** Packages of the proto files that are the header's: their code is imported. */
export const HEADER_PACKAGES = ['facts', 'google'] as const

export const GENERATED = '// Generated from proto files by "facts generate". Do not edit.'
