/*
 * The shape of JSON that a host reports, declared once. A shape gives the TypeScript type (`Of`)
 * and what the database checks when a host writes with a login of its own. `migrate` gives the
 * database the JSON of `wordsOf`, and the database function `has_shape` reads it. Each value is a
 * word, with `?` at its end if the value may be null or left out. `{"?": …}` is an object or a list
 * that may be null or left out.
 */

/** A value of the type `T`. `of` is never set; it only carries the type. */
export type Word<T> = { readonly word: string; readonly of?: T };
export type Shape =
  | Word<unknown>
  | { readonly list: Shape }
  | { readonly maybe: Shape }
  | { readonly fields: { readonly [name: string]: Shape } };

/** The TypeScript type of a shape. */
export type Of<S> = S extends { readonly fields: infer Fields }
  ? Plain<
      { readonly [Name in Exclude<keyof Fields, LeftOut<Fields>>]: Of<Fields[Name]> } & {
        readonly [Name in LeftOut<Fields>]?: Of<Fields[Name]>;
      }
    >
  : S extends { readonly list: infer Item }
    ? readonly Of<Item>[]
    : S extends { readonly maybe: infer Inner }
      ? Of<Inner> | null
      : S extends { readonly of?: infer T }
        ? T
        : never;
type LeftOut<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends { readonly mayBeLeftOut: true } ? Name : never;
}[keyof Fields];
type Plain<T> = { readonly [Name in keyof T]: T[Name] };

export const TEXT: Word<string> = { word: 'string' };
export const YES_OR_NO: Word<boolean> = { word: 'boolean' };
export const NUMBER: Word<number> = { word: 'number' };
export const INTEGER: Word<number> = { word: 'integer' };
/** A time as ISO 8601 text in UTC. */
export const TIME: Word<string> = { word: 'time' };

export function oneOf<const Name extends string>(names: readonly Name[]): Word<Name> {
  return { word: names.join('|') };
}
export function nullable<T>(shape: Word<T>): Word<T | null>;
export function nullable<S extends Shape>(shape: S): { readonly maybe: S };
export function nullable(shape: Shape): Shape {
  return 'word' in shape ? { word: `${shape.word}?` } : { maybe: shape };
}
/** A field that rows of older versions do not have: it may be null or missing. */
export function leftOut<T>({ word }: Word<T>): Word<T | null> & { readonly mayBeLeftOut: true } {
  return { word: `${word}?`, mayBeLeftOut: true };
}
export function listOf<S extends Shape>(list: S): { readonly list: S } {
  return { list };
}
export function object<const Fields extends { readonly [name: string]: Shape }>(
  fields: Fields,
): { readonly fields: Fields } {
  return { fields };
}

/** A shape in JSON, for the database: `{"pid": "integer", "endedAt": "time?"}`. */
export type ShapeWords = string | readonly ShapeWords[] | { readonly [name: string]: ShapeWords };

export function wordsOf(shape: Shape): ShapeWords {
  if ('word' in shape) return shape.word;
  if ('list' in shape) return [wordsOf(shape.list)];
  if ('maybe' in shape) return { '?': wordsOf(shape.maybe) };
  return Object.fromEntries(
    Object.entries(shape.fields).map(([name, field]) => [name, wordsOf(field)]),
  );
}
