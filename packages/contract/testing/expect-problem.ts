import { expect } from 'vitest';

/** An answer over REST, with its body parsed where it is JSON. */
export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
};

/** Expects a problem of that status and code, with the headers and members that every one has. */
export function expectProblem(
  answer: Answer,
  status: number,
  code: string,
  more: Record<string, unknown> = {},
): void {
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8' },
    body: {
      type: `urn:renderdeck:problem:${code}`,
      title: expect.stringMatching(/^[A-Z]/),
      status,
      code,
      detail: expect.stringMatching(/^\S.*[.]$/),
      instance: expect.stringMatching(/^\/api\/[^?]*$/),
      requestId: expect.stringMatching(/./),
      ...more,
    },
  });
}
