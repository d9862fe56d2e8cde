import { ACTIONS, type ErrorCode, isWrite, type ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { z } from 'zod';
import { problems } from './refusals.ts';

/** A procedure that tells its route. */
export type Told = ProcedureSpec & { readonly rest: NonNullable<ProcedureSpec['rest']> };
export type Example = {
  readonly body?: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
};

const all: readonly ProcedureSpec[] = Object.values(PROCEDURES);
/** Every procedure with a route. */
export const TOLD: readonly Told[] = all.filter((spec): spec is Told => spec.rest !== undefined);

/** Method and address of its route. */
export const placeOf = ({ rest: { method, path } }: Told) => ({ method, url: path });

/** What the document says of its route. */
export function documentOf({ action, rest: { tag, summary, description } }: Told) {
  return {
    operationId: action,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
  };
}

/** The error answers of its route. */
export function refusalsOf({ action, input, rest }: Told) {
  const { role } = ACTIONS[action];
  const codes: readonly (readonly [ErrorCode, boolean])[] = [
    ['invalid_input', input !== undefined],
    ['invalid_json', rest.example.body !== undefined],
    ['unauthenticated', role !== 'anyone'],
    ['forbidden', role === 'submitter' || role === 'admin'],
  ];
  const derived = codes.filter(([, isSo]) => isSo).map(([code]) => code);
  return problems(...derived, ...rest.errors);
}

/** What each plain route answers, by the name that the document has for it. */
export const ANSWERS: ReadonlyMap<string, z.ZodType> = new Map(
  TOLD.filter(({ rest }) => rest.special === undefined).map((spec) => [
    nameOfAnswer(spec),
    makeAnswer(spec),
  ]),
);

function nameOfAnswer({ action }: Told): string {
  return `${action.charAt(0).toUpperCase()}${action.slice(1)}Answer`;
}

function makeAnswer({ action, output }: Told): z.ZodType {
  if (output === undefined) throw new Error(`${action} has a route and no output.`);
  // A copy, because two procedures may have one output.
  return isWrite(action) ? output.extend({ success: z.literal(true) }) : output.extend({});
}

export function answerOf(spec: Told): z.ZodType {
  const answer = ANSWERS.get(nameOfAnswer(spec));
  if (answer === undefined) throw new Error(`${spec.action} has no answer.`);
  return answer;
}

/** The examples of these routes, by `method path` of the document. */
export function toldExamples(): Readonly<Record<string, Example>> {
  return Object.fromEntries(TOLD.map((spec) => [routeInDocument(spec), exampleOf(spec)]));
}

function routeInDocument({ rest: { method, path } }: Told): string {
  return `${method.toLowerCase()} /api${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}

function exampleOf({ action, rest }: Told): Example {
  const { example, status = 200 } = rest;
  const body = example.body === undefined ? {} : { body: example.body };
  if ('answers' in example) return { ...body, answers: example.answers };
  const answer = isWrite(action) ? { success: true, ...asObject(example.answer) } : example.answer;
  return { ...body, answers: { [status]: answer } };
}

export function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
