import { callFailureOf, mayBeDone } from '@renderdeck/client';

/** A refusal that ctl itself decides. */
export class Failure extends Error {
  readonly code: string;
  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/** The failure as `code: sentence`: the API's own words, or what to do when the API gave none. */
export function explainFailure(error: unknown, url: string): string {
  if (error instanceof Failure) return `${error.code}: ${error.message}`;
  const failure = callFailureOf(error);
  switch (failure?.kind) {
    case undefined:
      return `failed: ${error instanceof Error ? error.message : String(error)}`;
    case 'refused': {
      const { code, detail, facts } = failure.problem;
      const requestId = typeof facts.requestId === 'string' ? ` (${facts.requestId})` : '';
      return `${code}: ${detail}${requestId}`;
    }
    case 'notRenderdeck':
      return (
        `not_renderdeck: The server at ${url} is not Renderdeck's API; ` +
        'set RENDERDECK_URL to its address.'
      );
    case 'unreachable':
      return (
        `unreachable: No answer from ${url} (${failure.reason}); ` +
        (mayBeDone(error)
          ? 'the command may have changed something: look before you repeat it.'
          : 'start Renderdeck there, or set RENDERDECK_URL to its address.')
      );
  }
}
