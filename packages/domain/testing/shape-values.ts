/* Values of a shape, for tests of everything that reads or checks a report of a host. */
import type { Shape } from '../src/index.ts';

/** A right value and a wrong value of each kind. Any other word is one of several names. */
const VALUES: Readonly<Record<string, readonly [right: unknown, wrong: unknown]>> = {
  string: ['x', 5],
  boolean: [true, 'true'],
  integer: [3, 2.5],
  number: [2.5, '2.5'],
  time: ['2026-03-01T12:00:00.000Z', 'now'],
};

/** A complete value of a shape. */
export function completeValue(shape: Shape): unknown {
  if ('maybe' in shape) return completeValue(shape.maybe);
  if ('list' in shape) return [completeValue(shape.list)];
  if ('fields' in shape) return completeObject(shape.fields);
  const [word = ''] = namesOf(shape);
  return VALUES[word]?.[0] ?? word;
}

/** Values that differ from a complete value in one place each. */
export function shapeVariants(shape: Shape): { allowed: unknown[]; refused: unknown[] } {
  if ('word' in shape) {
    const [word = '', ...others] = namesOf(shape);
    const wrong = [{}, VALUES[word]?.[1] ?? 'another name'];
    return shape.word.endsWith('?')
      ? { allowed: [...others, null], refused: wrong }
      : { allowed: others, refused: [...wrong, null] };
  }
  if ('maybe' in shape) {
    const { allowed, refused } = shapeVariants(shape.maybe);
    return { allowed: [null, ...allowed], refused: refused.filter((value) => value !== null) };
  }
  if ('list' in shape) {
    const { allowed, refused } = shapeVariants(shape.list);
    const listed = (values: unknown[]) => values.map((value) => [value]);
    return { allowed: [[], ...listed(allowed)], refused: ['x', null, ...listed(refused)] };
  }
  const { fields } = shape;
  const inPlace = (kind: 'allowed' | 'refused') =>
    Object.entries(fields).flatMap(([name, field]) =>
      shapeVariants(field)[kind].map((value) => ({ ...completeObject(fields), [name]: value })),
    );
  return {
    allowed: [...inPlace('allowed'), ...withoutOne(fields, true)],
    refused: [[], null, ...inPlace('refused'), ...withoutOne(fields, false)],
  };
}

type Fields = { readonly [name: string]: Shape };

function completeObject(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, completeValue(field)]),
  );
}

/** The complete object without one field: each field that may be null, or each that may not. */
function withoutOne(fields: Fields, mayBeNull: boolean): unknown[] {
  return Object.entries(fields)
    .filter(([, field]) => shapeVariants(field).allowed.includes(null) === mayBeNull)
    .map(([name]) => {
      const { [name]: _, ...others } = completeObject(fields);
      return others;
    });
}

function namesOf({ word }: { readonly word: string }): readonly string[] {
  return word.replace('?', '').split('|');
}
