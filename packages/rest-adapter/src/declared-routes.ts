import { ACTIONS, type ErrorCode, isWrite, type ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { z } from 'zod';
import { problems } from './problem.ts';

/** A procedure that tells its route. */
export type Told = ProcedureSpec & Required<Pick<ProcedureSpec, 'rest' | 'output'>>;
export type Example = {
  readonly body?: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
};

const all: readonly ProcedureSpec[] = Object.values(PROCEDURES);
/** Every procedure with a route. */
const TOLD: readonly Told[] = all.filter(
  (spec): spec is Told => spec.rest !== undefined && spec.output !== undefined,
);

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

/** The routes without a handler of their own, with what each answers and its name for that. */
export const PLAIN = TOLD.filter(({ rest }) => rest.special === undefined).map((spec) => ({
  spec,
  answer: answerOf(spec),
  answerName: `${spec.action.charAt(0).toUpperCase()}${spec.action.slice(1)}Answer`,
}));

/** A copy where nothing is added, because two procedures may have one output. */
function answerOf({ action, output }: Told): z.ZodType {
  return output.extend(isWrite(action) ? { success: z.literal(true) } : {});
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
