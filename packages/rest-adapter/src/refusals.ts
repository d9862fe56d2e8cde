import { ERROR_CODES, type ErrorCode } from '@renderdeck/contract';
import { problemBody } from './problem.ts';

/**
 * The error answers of a route, by status, with their codes. Every route can also answer 405, 429,
 * 500 and 503, and openapi.ts adds a code.
 */
export function problems(...codes: ErrorCode[]) {
  const all: ErrorCode[] = [...codes, 'too_many_requests', 'internal', 'unavailable'];
  const statuses = new Set(all.map((code) => ERROR_CODES[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const description = describeCodes(all.filter((code) => ERROR_CODES[code].status === status));
      return [
        status,
        { description, content: { 'application/problem+json': { schema: problemBody } } },
      ];
    }),
  );
}

/** The sentences of codes, for a document. */
export function describeCodes(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].sentence}`).join('\n\n');
}
