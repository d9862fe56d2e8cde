import { StandardSchemaV1Error, TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import { z } from 'zod';
import { errorCodeFrom, type Problem, Refusal, toProblem } from './errors.ts';

const frameworkError = z.object({
  code: z.string().default(''),
  statusCode: z.int().default(500),
});

/**
 * The problem that a client gets for any error: the problem of a refusal, the fields of an invalid
 * input, or the code of a framework's error. For a bug it is only `internal`.
 */
export function problemOf(error: unknown): Problem {
  if (error instanceof TRPCError) return problemOfTrpc(error);
  const { data } = frameworkError.safeParse(error);
  if (data === undefined) return toProblem('internal');
  const { code, statusCode } = data;
  return toProblem(errorCodeFrom(code) ?? errorCodeFrom(`HTTP ${statusCode}`) ?? 'internal');
}

/** The body of an error in the form for clients of tRPC: the problem is in its data. */
export function trpcBodyOf(error: TRPCError, path?: string, requestId: string | null = null) {
  const plain = problemOf(error);
  const problem =
    plain.code === 'internal' && requestId !== null ? { ...plain, facts: { requestId } } : plain;
  return {
    message: problem.detail,
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    data: { code: error.code, httpStatus: problem.status, path, problem },
  };
}

function problemOfTrpc({ code, cause }: TRPCError): Problem {
  if (cause instanceof Refusal) return cause.problem;
  if (code === 'BAD_REQUEST' && cause instanceof StandardSchemaV1Error)
    return problemOfInput(cause);
  if (code === 'BAD_REQUEST' && cause instanceof SyntaxError) return toProblem('invalid_json');
  return toProblem(errorCodeFrom(`tRPC ${code}`) ?? 'internal');
}

function problemOfInput({ issues }: StandardSchemaV1Error): Problem {
  const fields = issues.map(({ path = [], message }) => ({
    field: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
  const [first] = fields;
  const detail =
    first === undefined || first.field === ''
      ? 'The input is an object with named fields; send one.'
      : `${first.field}: ${first.message}`;
  return toProblem('invalid_input', detail, { fields });
}
