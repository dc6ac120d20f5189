/** A JSON Schema (2020-12), or another part of an OpenAPI document. */
export type JsonSchema = Readonly<Record<string, unknown>>

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` })

/** An object that has these members and no others. */
export const closed = (properties: JsonSchema, optional: readonly string[] = []): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
})
