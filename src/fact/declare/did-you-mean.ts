/** Text with one letter less, each way. */
type Shortened<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? Rest | `${First}${Shortened<Rest>}`
  : never

/** Text as it is, and with one letter less: two that share one differ by a letter. */
type Variants<Text extends string> = Text | Shortened<Text>

/** `customerId` and `customer_id` alike. */
type Plain<Text extends string> = Text extends `${infer Start}_${infer Rest}`
  ? `${Lowercase<Start>}${Plain<Rest>}`
  : Lowercase<Text>

type IsNear<One extends string, Other extends string> =
  Extract<Variants<Plain<One>>, Variants<Plain<Other>>> extends never ? false : true

type Near<Name extends string, Known extends string> = {
  [Candidate in Known]: IsNear<Name, Candidate> extends true ? Candidate : never
}[Known]

/** ` Did you mean "customer_id"?` of a name that differs from a known one by a letter, or in how it is written; empty otherwise. */
export type DidYouMean<Name extends string, Known> = [Near<Name, Known & string>] extends [never]
  ? ''
  : ` Did you mean "${Near<Name, Known & string>}"?`
