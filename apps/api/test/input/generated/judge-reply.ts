import { ERROR_CODES } from '@renderdeck/contract';
import { z } from 'zod';
import type { GeneratedRequest } from './request-parts.ts';
import type { Reply } from './send-request.ts';

const problem = z.looseObject({ code: z.string(), status: z.int(), detail: z.string() });
const trpcError = z.object({ error: z.object({ data: z.looseObject({ problem }) }) });
const trpcAnswer = z.union([trpcError, z.object({ result: z.unknown() })]);
const CODES: ReadonlyMap<string, { status: number }> = new Map(Object.entries(ERROR_CODES));
/** Words of a stack, of SQL or of a driver. */
const INTERNALS = [
  /\bat [^"]{0,200}\.[cm]?[jt]s:\d+|node_modules/i,
  /\b(select|insert|update|delete) [^"]{0,200}\b(from|into|set|where)\b/i,
  /Failed query|SQLSTATE|PostgresError|TypeError|RangeError/i,
];

/** Says what is wrong with a reply, or null. */
export function judgeReply(
  { method, path }: Pick<GeneratedRequest, 'method' | 'path'>,
  { status, type, text }: Reply,
): string | null {
  if (status >= 500) return `failed with ${status}`;
  const start = text.slice(0, 20_000);
  if (!path.startsWith('/api/docs') && INTERNALS.some((words) => words.test(start)))
    return 'shows internals';
  if (method === 'HEAD') return null;
  const json = type.includes('json') ? parseJson(text) : undefined;
  if (
    path.startsWith('/trpc/') &&
    json !== undefined &&
    !type.startsWith('application/problem+json')
  ) {
    const answers = z
      .union([z.array(trpcAnswer), trpcAnswer.transform((one) => [one])])
      .safeParse(json);
    if (!answers.success)
      return status < 400 ? 'is no answer of tRPC' : 'is no error of tRPC with its problem';
    const wrong = answers.data.map((answer) =>
      'error' in answer ? judgeProblem(answer.error.data.problem) : null,
    );
    if (status >= 400 && !answers.data.some((answer) => 'error' in answer))
      return 'is refused without an error';
    return wrong.find((one) => one !== null) ?? null;
  }
  if (status < 400) return null;
  const found = problem.safeParse(json).data ?? trpcError.safeParse(json).data?.error.data.problem;
  if (found === undefined) return 'is refused without a problem';
  return found.status === status
    ? judgeProblem(found)
    : `says ${found.status} and answers ${status}`;
}

function judgeProblem({ code, status, detail }: z.infer<typeof problem>): string | null {
  if (CODES.get(code)?.status !== status) return `has no stable code: ${code}, ${status}`;
  if (status >= 500) return `failed within a batch: ${code}`;
  return /^\S.*[.:!?]$/su.test(detail) ? null : `says no sentence: ${detail}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
