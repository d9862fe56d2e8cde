import type { Of, Shape } from '@renderdeck/domain';
import { z } from 'zod';

const KINDS: Readonly<Record<string, z.ZodType>> = {
  string: z.string(),
  boolean: z.boolean(),
  number: z.number(),
  integer: z.int(),
  time: z.iso.datetime(),
};

/**
 * The schema of a shape. It reads what the database function `has_shape` accepts: a value that may
 * be null may be missing, too, and then reads as null. Unknown fields of newer versions are kept.
 */
export function zodOf<S extends Shape>(shape: S): z.ZodType<Of<S>, Of<S>>;
export function zodOf(shape: Shape): z.ZodType {
  return schemaOf(shape);
}

function schemaOf(shape: Shape): z.ZodType {
  if ('list' in shape) return z.array(schemaOf(shape.list));
  if ('maybe' in shape) return schemaOf(shape.maybe).nullable().default(null);
  if ('fields' in shape) {
    const fields = Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field)]);
    return z.looseObject(Object.fromEntries(fields));
  }
  const word = shape.word.replace('?', '');
  const value = KINDS[word] ?? z.enum(word.split('|'));
  if ('mayBeLeftOut' in shape) return value.nullish();
  return shape.word.endsWith('?') ? value.nullable().default(null) : value;
}
