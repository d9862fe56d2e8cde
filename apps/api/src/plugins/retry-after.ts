import { problemOf } from '@renderdeck/contract/router';

/**
 * The header that says when to try a failed request again: after the longest time that one of its
 * errors names. No header if none does.
 */
export function retryAfterOf(errors: readonly unknown[]): { readonly 'retry-after'?: string } {
  const seconds = errors
    .map((error) => problemOf(error).facts.retryAfterSeconds)
    .filter((time) => typeof time === 'number');
  return seconds.length === 0 ? {} : { 'retry-after': String(Math.max(...seconds)) };
}
