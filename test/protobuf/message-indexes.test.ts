import { outlineProto } from '../../src/protobuf/framing/message-indexes'

const outline = (body: string): ReturnType<typeof outlineProto> =>
  outlineProto(`syntax = "proto3";\npackage a.b;\n${body}`)

describe('the outline of a proto file', () => {
  test('numbers messages by their place among messages, at each level', () => {
    const { indexes } = outline(`
      enum Before { BEFORE_UNSPECIFIED = 0; }
      message One { enum E { E_UNSPECIFIED = 0; } message Inner {} message Other { message Deep {} } }
      service Between {}
      message Two {}`)
    expect(Object.fromEntries(indexes)).toEqual({
      'a.b.One': [0],
      'a.b.One.Inner': [0, 0],
      'a.b.One.Other': [0, 1],
      'a.b.One.Other.Deep': [0, 1, 0],
      'a.b.Two': [1],
    })
  })

  test('reads files without a package', () => {
    const { indexes } = outlineProto('syntax = "proto3"; message One {} message Two {}')
    expect(Object.fromEntries(indexes)).toEqual({ One: [0], Two: [1] })
  })

  test('lists imports without reading them', () => {
    const { imports } = outlineProto(
      'syntax = "proto3"; import "no/such.proto"; import "google/protobuf/timestamp.proto"; message M { no.Such such = 1; }',
    )
    expect(imports).toEqual(['no/such.proto', 'google/protobuf/timestamp.proto'])
  })

  test('marks messages whose index serializers disagree about: nested beside a map field', () => {
    expect(
      outline('message M { map<string, int32> counts = 1; message Inner {} }').ambiguous,
    ).toEqual(['a.b.M.Inner'])
    expect(
      outline('message M { message Inner { map<string, int32> counts = 1; } }').ambiguous,
    ).toEqual([])
  })

  test('does not swallow what is not protobuf', () => {
    expect(() => outlineProto('{"type": "record"}')).toThrow()
  })
})
