/* Requests to every procedure of the router. */
import { isWrite, type Json, type ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES as SPECS } from '@renderdeck/contract/router';
import fc from 'fast-check';
import { z } from 'zod';
import { type Known, parseSchema } from './from-schema.ts';
import { ODD_PARTS } from './odd-parts.ts';
import { oddText, oddValue, writeJson } from './odd-values.ts';
import { type BareRequest, bodyOf, cut, encode, inputOf } from './request-parts.ts';

type Call = { readonly name: string; readonly isWrite: boolean; readonly input: Json };

/** Every procedure, with the schema of its input. */
const specs: readonly ProcedureSpec[] = Object.values(SPECS);
const PROCEDURES = specs.map(({ action, input }) => {
  const schema =
    input === undefined ? {} : z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' });
  return { name: action, isWrite: isWrite(action), schema: parseSchema(schema) };
});

/** A single call, a batch of calls, or a call of no procedure. */
export function trpcRequest(known: Known): fc.Arbitrary<BareRequest> {
  const call = fc.oneof(
    ...PROCEDURES.map(({ name, isWrite, schema }) =>
      inputOf(schema, known).map((input) => ({ name, isWrite, input })),
    ),
  );
  return fc.oneof(
    { weight: 14, arbitrary: singleCall(call) },
    { weight: 3, arbitrary: batchOf(call) },
    { weight: 1, arbitrary: strayCall() },
  );
}

function singleCall(call: fc.Arbitrary<Call>): fc.Arbitrary<BareRequest> {
  return fc
    .tuple(call, bodyOf(call.map(({ input }) => input)))
    .map(([{ name, isWrite, input }, body]) =>
      isWrite
        ? {
            method: 'POST',
            path: `/trpc/${name}`,
            body: body.length % 7 === 0 ? body : writeJson(input),
          }
        : {
            method: 'GET',
            path: cut(`/trpc/${name}?input=${encode(writeJson(input))}`),
            body: null,
          },
    );
}

function batchOf(call: fc.Arbitrary<Call>): fc.Arbitrary<BareRequest> {
  return fc
    .tuple(fc.array(call, { minLength: 1, maxLength: 6 }), fc.boolean(), oddValue)
    .map(([calls, isWrite, odd]) => {
      const names = calls.map(({ name }) => name).join(',');
      const inputs = writeJson(
        Object.fromEntries(
          calls.map(({ input }, index) => [String(index), index === 5 ? odd : input]),
        ),
      );
      return isWrite
        ? { method: 'POST', path: `/trpc/${names}?batch=1`, body: inputs }
        : {
            method: 'GET',
            path: cut(`/trpc/${names}?batch=1&input=${encode(inputs)}`),
            body: null,
          };
    });
}

function strayCall(): fc.Arbitrary<BareRequest> {
  return fc
    .tuple(
      fc.oneof(
        fc.constantFrom(...ODD_PARTS, 'login', 'toString', 'jobs.list', '_def', ',', ',,,'),
        oddText.map(encode),
      ),
      oddText,
    )
    .map(([name, input]) => ({
      method: 'GET',
      path: `/trpc/${name}?input=${encode(input)}`,
      body: null,
    }));
}
