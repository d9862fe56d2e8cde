/*
 * A procedure is told once, in a file of its own: its action (domain's ACTIONS), its schemas, and
 * its route of REST. From these come its checks (procedures.ts, which hands it to tRPC as meta),
 * the route, the document of REST and its examples. router.ts says which method of the port it
 * calls.
 */
import type { Action } from '@renderdeck/domain';
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

export type ProcedureSpec = {
  readonly action: Action;
  readonly input?: z.ZodObject;
  readonly output?: z.ZodObject;
  /** Unset where it has none. */
  readonly rest?: RestRoute;
};

export type RestRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api. `:name` is that field of the input; the other fields are the body or the query. */
  readonly path: string;
  /** Names in the path that the input calls otherwise. */
  readonly names?: Readonly<Record<string, string>>;
  readonly tag: 'session' | 'jobs' | 'audit' | 'hosts' | 'measures' | 'access' | 'webhooks';
  readonly summary: string;
  readonly description?: string;
  /** 200 where unset. */
  readonly status?: 201;
  /** What is special about it, so that rest-adapter has a handler of its own for it. */
  readonly special?: string;
  /** Its own refusals, beside those of each route that needs a role, an input or a body. */
  readonly errors: readonly ErrorCode[];
  /**
   * `answer` is the output; a write says `success: true` beside it. `answers`: of a special route,
   * whole, by status, and by media type where there are two.
   */
  readonly example: { readonly body?: unknown } & (
    | { readonly answer: unknown }
    | { readonly answers: Readonly<Record<string, unknown>> }
  );
};

/** The output of a write that tells nothing. */
export const done = z.object({ success: z.literal(true) });
export const success: z.infer<typeof done> = { success: true };
