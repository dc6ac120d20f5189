/** A request in KafkaJS' own form. */
export interface ProtocolRequest<T> {
  readonly request: {
    readonly apiKey: number
    readonly apiVersion: number
    readonly apiName: string
    readonly encode: () => Promise<{ readonly buffer: Buffer }>
  }
  readonly response: {
    /** Decodes the bytes after the correlation id. */
    readonly decode: (bytes: Buffer) => Decoded<T>
    readonly parse: (decoded: Decoded<T>) => T
  }
}

export interface Decoded<T> {
  readonly body: T
  /** Milliseconds for which the broker throttles the client (KIP-219). */
  readonly clientSideThrottleTime: number
}

/** `apiName` is for logs. */
export function protocolRequest<T>(
  api: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string },
  encode: () => Buffer | Promise<Buffer>,
  decode: (bytes: Buffer) => Decoded<T>,
): ProtocolRequest<T> {
  return {
    request: { ...api, encode: async () => ({ buffer: await encode() }) },
    response: { decode, parse: ({ body }) => body },
  }
}
