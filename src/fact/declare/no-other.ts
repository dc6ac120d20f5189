import type { DidYouMean } from './did-you-mean'

/** A type that no value has: its text is the compiler's message. */
export interface Refused<Text extends string> {
  readonly [refused]: Text
}
declare const refused: unique symbol

/**
 * Nothing more than the expected names. The compiler compares a function's result with its declared type only for the names that
 * this type has, so that others have to be refused one by one.
 */
export type NoOther<Given, Expected extends PropertyKey> = {
  readonly [
    Name in Exclude<keyof Given, Expected>
  ]: Refused<`Field "${Name & string}" does not exist in the message.${DidYouMean<Name & string, Expected>}`>
}
