import { WRITES } from '@renderdeck/contract';
import { z } from 'zod';
import type { GeneratedRequest } from './request-parts.ts';
import type { Reply } from './send-request.ts';

const WRITE_NAMES: ReadonlySet<string> = new Set(WRITES);
const done = z.object({ result: z.unknown() });
const answers = z.union([z.array(z.unknown()), z.unknown().transform((one) => [one])]);
const notRemoved = z.object({ removed: z.literal(false), outcome: z.undefined().optional() });

/** How many actions the reply says were done, sign-outs not counted. A range if it is unclear. */
export function countActions(
  request: Pick<GeneratedRequest, 'method' | 'path'>,
  reply: Reply,
): { readonly least: number; readonly most: number } {
  const { method, path } = request;
  const [, address = '', names] = /^(\/trpc\/([^?]*)|[^?]*)/.exec(path) ?? [];
  if (reply.status >= 400 || reply.text === '') return exactly(0);
  if (names !== undefined)
    return exactly(countCalls(decodeURIComponent(names).split(','), JSON.parse(reply.text)));
  if (!['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)) return exactly(0);
  if (!address.startsWith('/api/v1/')) return exactly(1);
  // PUT of an unchanged job or of an ended job does nothing; priority and tags are two changes.
  if (method === 'PUT') return { least: 0, most: 2 };
  // The same job under the same chosen uid is submitted once.
  if (method === 'POST') return { least: 0, most: 1 };
  return exactly(
    method === 'DELETE' && notRemoved.safeParse(JSON.parse(reply.text)).success ? 0 : 1,
  );
}

function exactly(count: number) {
  return { least: count, most: count };
}

function countCalls(names: readonly string[], body: unknown): number {
  return answers.parse(body).filter((answer, index) => {
    const name = names[index] ?? '';
    return WRITE_NAMES.has(name) && name !== 'logout' && done.safeParse(answer).success;
  }).length;
}
