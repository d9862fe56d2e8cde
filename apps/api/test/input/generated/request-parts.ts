import type { Json } from '@renderdeck/contract';
import fc from 'fast-check';
import { fromSchema, type Known, type Schema, spoil } from './from-schema.ts';
import { BROKEN_BODIES } from './odd-parts.ts';
import { oddValue, writeJson } from './odd-values.ts';

export type GeneratedRequest = {
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
};

/** A request before it has a user and headers. */
export type BareRequest = Omit<GeneratedRequest, 'who' | 'headers'>;

/** An input that fits, nearly fits, or is any value. */
export function inputOf(schema: Schema, known: Known): fc.Arbitrary<Json> {
  const right = fromSchema(schema, known);
  return fc.oneof(
    { weight: 4, arbitrary: right },
    { weight: 4, arbitrary: spoil(right) },
    { weight: 1, arbitrary: oddValue },
  );
}

export const encode = (text: string) =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd'));

/** Longer than the allowed URL, and short enough to arrive. */
export const cut = (path: string) => path.slice(0, 9000);

/** A body: nearly always the JSON of the input. */
export function bodyOf(input: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 15, arbitrary: input.map(writeJson) },
    { weight: 1, arbitrary: fc.constantFrom(...BROKEN_BODIES) },
  );
}
