import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { listAuditInput, listJobsInput, nexrenderJobSchema, Refusal } from '../../src/index.ts';
import type { AdminPort, RequestContext } from '../../src/router.ts';

/** A port, and the render host whose part the test plays. */
export type PortUnderTest = {
  readonly port: AdminPort;
  /** The host claims the first job of the queue. Gives its id. */
  claim(): Promise<string>;
  passGate(id: string): Promise<unknown>;
  acknowledge(id: string): Promise<unknown>;
  complete(id: string): Promise<unknown>;
  finishFirst(id: string): Promise<unknown>;
  fail(id: string, failure: string): Promise<unknown>;
  progress(id: string, percent: number): Promise<unknown>;
  /** The host registers and is heard. */
  appear(): Promise<unknown>;
  /** The host answers a request to check itself: it can render. */
  answerCheck(): Promise<unknown>;
  /** The host is no longer heard. */
  silence(): Promise<unknown>;
  /** The host is no longer heard, and the lease of its job runs out. */
  lose(id: string): Promise<unknown>;
  /** The host is back and proves that no process of its lost attempt runs. */
  prove(id: string): Promise<unknown>;
  close(): Promise<void>;
};
export type PortFixture = Awaited<ReturnType<typeof openFixture>>;
/** Tests by title. Each title is one promise of AdminPort. */
export type Promises = Readonly<Record<string, (fixture: PortFixture) => Promise<void>>>;

export const PASSWORD = 'an honest long password';
export const UNKNOWN_ID = '3f2b8c1e-9d4a-4c6b-8a7e-1f0d2c3b4a59';
export const ADA: RequestContext = {
  actor: { kind: 'user', id: randomUUID(), name: 'ada', role: 'admin' },
  channel: 'trpc',
  address: '10.0.0.1',
  requestId: 'req-7',
};

export const SAM: RequestContext = {
  ...ADA,
  actor: { kind: 'user', id: randomUUID(), name: 'sam', role: 'submitter' },
};

/** A nexrender job. */
export const JOB = nexrenderJobSchema.parse({
  template: { src: 'file:///a.aep', composition: 'main' },
});

/** Opens a port, with short functions for the actions of the admin Ada. */
export async function openFixture(openPort: () => Promise<PortUnderTest>) {
  const host = await openPort();
  const { port, close } = host;
  const submit = async (name: string, priority = 50, more: object = {}) =>
    (await port.submitJob(ADA, { name, priority, job: { ...JOB, ...more } })).job;
  const audit = async (input: object = {}) =>
    (await port.listAudit(ADA, listAuditInput.parse(input))).entries;
  return {
    host,
    port,
    close,
    submit,
    cancel: (id: string, waitMs = 10_000, reason?: string) =>
      port.cancelJob(ADA, { id, waitMs, reason, signal: undefined }),
    list: (input: object = {}) => port.listJobs(ADA, listJobsInput.parse(input)),
    audit,
    /** How the calls of this action ended, the newest first. */
    outcomesOf: async (action: string) => (await audit({ action })).map(({ outcome }) => outcome),
    /** Submits a job that the host then claims. Gives its id. */
    async run(title = 'Runs') {
      const { id } = await submit(title, 100);
      expect(await host.claim()).toBe(id);
      return id;
    },
  };
}

/** The problem with which the call is refused. Any other error is thrown. */
export async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => new Error('The call was not refused.'),
    (thrown: unknown) => thrown,
  );
  const cause = error instanceof Error ? error.cause : null;
  if (cause instanceof Refusal) return cause.problem;
  throw error;
}

/** The code of the problem with which the call is refused. It determines the status. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return (await refusalOf(call)).code;
}
