/* Values that fit a JSON schema of zod or of the OpenAPI document, and values that nearly fit. */
import type { Json } from '@renderdeck/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { oddValue } from './odd-values.ts';

const schemaShape = z.looseObject({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  const: z.json().optional(),
  enum: z.array(z.json()).optional(),
  get anyOf() {
    return z.array(schemaShape).optional();
  },
  get oneOf() {
    return z.array(schemaShape).optional();
  },
  get allOf() {
    return z.array(schemaShape).optional();
  },
  get properties() {
    return z.record(z.string(), schemaShape).optional();
  },
  required: z.array(z.string()).optional(),
  get items() {
    return schemaShape.optional();
  },
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  pattern: z.string().optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
});
export type Schema = z.infer<typeof schemaShape>;
export const parseSchema = (schema: unknown): Schema => schemaShape.parse(schema);

/** Values of this farm by field name, such as ids of existing jobs. */
export type Known = Readonly<Record<string, fc.Arbitrary<Json>>>;

/** Values that the schema accepts. */
export function fromSchema(schema: Schema, known: Known, name = ''): fc.Arbitrary<Json> {
  const own = known[name];
  if (own !== undefined) return own;
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined)
    return fc.oneof(...choices.map((choice) => fromSchema(choice, known, name)));
  const [first] = schema.allOf ?? [];
  if (first !== undefined) return fromSchema(first, known, name);
  const [type, ...more] = [schema.type ?? 'any'].flat();
  if (more.length > 0)
    return fc.oneof(
      ...[type, ...more].map((one) => fromSchema({ ...schema, type: one }, known, name)),
    );
  switch (type) {
    case 'object': {
      const entries = Object.entries(schema.properties ?? {});
      const fields = Object.fromEntries(
        entries.map(([key, field]) => [key, fromSchema(field, known, key)]),
      );
      const required = (schema.required ?? []).filter((key) => key in fields);
      return fc.record(fields, { requiredKeys: required });
    }
    case 'array':
      return fc.array(fromSchema(schema.items ?? {}, known, name), { maxLength: 3 });
    case 'string':
      return text(schema);
    case 'integer':
    case 'number': {
      const [min, max] = [
        Math.max(schema.minimum ?? -1000, -1e9),
        Math.min(schema.maximum ?? 1000, 1e9),
      ];
      return fc.integer({ min, max });
    }
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 }).map((value) => z.json().parse(value));
  }
}

function text({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'date-time') {
    return fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  // fast-check cannot read \p{L}, so such a pattern gets plain words.
  if (pattern?.includes('\\p{'))
    return fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._@ -]{0,20}[A-Za-z0-9]$/);
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  return fc.string({
    unit: 'grapheme',
    minLength,
    maxLength: Math.max(minLength, Math.min(maxLength, 60)),
  });
}

/** The same value with one wrong place: a part is replaced, removed or added. */
export function spoil(value: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(value, fc.array(fc.nat(99), { minLength: 16, maxLength: 16 }), oddValue)
    .map(([whole, choices, odd]) => {
      let made = 0;
      const choose = (below: number) => {
        made += 1;
        return (choices[made % choices.length] ?? 0) % below;
      };
      const spoilAt = (at: Json): Json => {
        if (at === null || typeof at !== 'object' || choose(4) === 0) return odd;
        const isList = Array.isArray(at);
        const entries: [string, Json][] = Object.entries(at);
        const change = choose(5);
        const index = choose(Math.max(1, entries.length));
        const changed = entries.flatMap(([key, item], place): [string, Json][] => {
          if (place !== index || change === 0) return [[key, item]];
          return change === 1 ? [] : [[key, spoilAt(item)]];
        });
        if (change === 0) changed.push([typeof odd === 'string' ? odd : 'more', odd]);
        return isList ? changed.map(([, item]) => item) : Object.fromEntries(changed);
      };
      return spoilAt(whole);
    });
}
