/**
 * Names for proto and TypeScript made of names in PostgreSQL, which may hold any character. The same name gives the same
 * result on every machine.
 */

/** Lower-case words joined by "_", each beginning with a letter: `Order No.` → order_no, `userID` → user_id, `2nd` → n2nd. */
export function snakeName(name: string): string {
  const words = ascii(name)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  if (words === null) return Array.from(name, codeOf).join('_') || 'unnamed'
  // A word of digits belongs to the one before: what comes after "_" is made upper-case in TypeScript, which digits cannot be.
  const joined = words.reduce((text, word) => text + (/^[0-9]/.test(word) ? word : `_${word}`), '')
  const name_ = joined.replace(/^_/, '')
  return /^[0-9]/.test(name_) ? `n${name_}` : name_
}

/** Without accents; any other letter or digit by its code, as a word of its own. */
const ascii = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/gu, (sign) => (/[\p{L}\p{N}]/u.test(sign) ? `_${codeOf(sign)}_` : '_'))

const codeOf = (sign: string): string => `u${(sign.codePointAt(0) ?? 0).toString(16)}`

/** Of a snake name: how protobuf's JSON and TypeScript write a field. */
export const camelName = (snake: string): string =>
  snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Of a snake name: how proto and TypeScript write a message. */
export const pascalName = (snake: string): string =>
  camelName(snake).replace(/^[a-z]/, (letter) => letter.toUpperCase())

/** Of a snake name: how files and topics write it. */
export const kebabName = (snake: string): string => snake.replaceAll('_', '-')

/** Of a message's or an enum's name: how enum values and constants begin. */
export const constantName = (pascal: string): string =>
  pascal.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase()

/** The end of an enum value's name: `PG-13` → PG_13. */
export function labelName(label: string): string {
  const words = ascii(label)
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .match(/[A-Za-z0-9]+/g)
  if (words === null) return (Array.from(label, codeOf).join('_') || 'EMPTY').toUpperCase()
  return words.join('_').toUpperCase()
}

/**
 * Names of one scope, none of which protobuf, TypeScript or a file system takes for another: they differ in more than case
 * and underscores.
 */
export class Scope {
  private readonly taken = new Set<string>()

  constructor(reserved: Iterable<string> = []) {
    for (const name of reserved) this.take(name)
  }

  take(name: string): void {
    this.taken.add(squeezed(name))
  }

  /** The name, or where it is taken the name with the first free number. */
  claim(wanted: string, separator = ''): string {
    let name = wanted
    for (let number = 2; this.taken.has(squeezed(name)); number += 1) {
      name = `${wanted}${separator}${number}`
    }
    this.take(name)
    return name
  }
}

const squeezed = (name: string): string => name.toLowerCase().replaceAll('_', '')

/** Names of tables that would hide something where they become a package, a namespace or a file. */
export const RESERVED_STEMS: readonly string[] = [
  // Packages that the generated files refer to, and the folders of a version.
  'facts',
  'google',
  'v1',
  'index',
  // File names that Windows refuses.
  'aux',
  'con',
  'nul',
  'prn',
  ...Array.from({ length: 10 }, (_, number) => [`com${number}`, `lpt${number}`]).flat(),
  // Words that cannot name a namespace in TypeScript.
  ...(
    'any arguments as async await bigint boolean break case catch class const constructor continue debugger declare default ' +
    'delete do else enum eval export extends false finally for from function get if implements import in instanceof ' +
    'interface is let module namespace never new null number object of package private protected prototype public ' +
    'require return set static string super switch symbol this throw true try type typeof undefined unknown var void ' +
    'while with yield'
  ).split(' '),
]

/** Fields that would hide the header, or what every JavaScript object has. */
export const RESERVED_FIELDS: readonly string[] = [
  'header',
  'constructor',
  'prototype',
  'proto',
  'to_json',
  'to_object',
  'to_string',
  'value_of',
  'has_own_property',
  'is_prototype_of',
  'to_locale_string',
  'property_is_enumerable',
  'define_getter',
  'define_setter',
  'lookup_getter',
  'lookup_setter',
]

/** What the function `map` of a fact gets besides its joins. */
export const RESERVED_JOINS: readonly string[] = ['key', 'row']
