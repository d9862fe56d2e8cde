import { ACTIONS, type ErrorCode, isWrite, type ProcedureSpec } from '@renderdeck/contract';
import { PROCEDURES } from '@renderdeck/contract/router';
import { z } from 'zod';
import { problems } from './problem.ts';

/** A procedure that declares a REST route. */
export type Declared = ProcedureSpec & Required<Pick<ProcedureSpec, 'rest' | 'output'>>;
export type Example = {
  readonly body?: unknown;
  readonly answers: Readonly<Record<string, unknown>>;
};

const all: readonly ProcedureSpec[] = Object.values(PROCEDURES);
/** Every procedure that declares a REST route. */
const DECLARED: readonly Declared[] = all.filter(
  (spec): spec is Declared => spec.rest !== undefined && spec.output !== undefined,
);

/** The method and address of the procedure's route. */
export const placeOf = ({ rest: { method, path } }: Declared) => ({ method, url: path });

/** What the OpenAPI document says of the procedure's route. */
export function documentOf({ action, rest: { tag, summary, description } }: Declared) {
  return {
    operationId: action,
    tags: [tag],
    summary,
    ...(description === undefined ? {} : { description }),
  };
}

/** The error answers of the procedure's route. */
export function refusalsOf({ action, input, rest }: Declared) {
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

/** The routes without a handler of their own, each with its answer and the name of that answer. */
export const PLAIN = DECLARED.filter(({ rest }) => rest.special === undefined).map((spec) => ({
  spec,
  answer: answerOf(spec),
  answerName: `${spec.action.charAt(0).toUpperCase()}${spec.action.slice(1)}Answer`,
}));

/** A copy of the output if nothing is added to it, because two procedures may share one output. */
function answerOf({ action, output }: Declared): z.ZodType {
  return output.extend(isWrite(action) ? { success: z.literal(true) } : {});
}

/** The examples of these routes, by `method path` of the document. */
export function declaredExamples(): Readonly<Record<string, Example>> {
  return Object.fromEntries(
    DECLARED.map((spec) => [routeInDocument(spec.rest.method, spec.rest.path), exampleOf(spec)]),
  );
}

/** `method path` of a route, as the document writes them. */
export function routeInDocument(method: string, path: string): string {
  return `${method.toLowerCase()} /api${path.replaceAll(/:(\w+)/g, '{$1}')}`;
}

function exampleOf({ action, rest }: Declared): Example {
  const { example, status = 200 } = rest;
  const body = example.body === undefined ? {} : { body: example.body };
  if ('answers' in example) return { ...body, answers: example.answers };
  const answer = isWrite(action) ? { success: true, ...asObject(example.answer) } : example.answer;
  return { ...body, answers: { [status]: answer } };
}

export function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
