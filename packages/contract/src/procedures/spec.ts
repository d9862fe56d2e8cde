/*
 * A procedure is declared once, in a file of its own: its action (domain's ACTIONS), its schemas,
 * and its REST route. From these come its access check (procedures.ts, which gives the declaration
 * to tRPC as meta), the route, the OpenAPI document and its examples. router.ts says which method
 * of the port the procedure calls.
 */
import type { Action } from '@renderdeck/domain';
import { z } from 'zod';
import type { ErrorCode } from '../errors.ts';

export type ProcedureSpec = {
  readonly action: Action;
  readonly input?: z.ZodObject;
  readonly output?: z.ZodObject;
  readonly rest?: RestRoute;
  /** Why the procedure has no REST route of its own. */
  readonly noRoute?: string;
  /** Why no command of ctl calls the procedure. */
  readonly noCommand?: string;
};

export type RestRoute = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /**
   * The path below /api. `:name` is the field `name` of the input; the other fields are in the body
   * or the query.
   */
  readonly path: string;
  /** Parameters of the path that have another name in the input. */
  readonly names?: Readonly<Record<string, string>>;
  readonly tag: 'session' | 'jobs' | 'audit' | 'hosts' | 'measures' | 'access' | 'webhooks';
  readonly summary: string;
  readonly description?: string;
  /** Unset: 200. */
  readonly status?: 201;
  /** Why rest-adapter has a handler of its own for this route. */
  readonly special?: string;
  /**
   * The errors of this route, in addition to those of each route that needs a role, an input or a
   * body.
   */
  readonly errors: readonly ErrorCode[];
  /**
   * `answer` is the output; the body of a write also has `success: true`. `answers` of a special
   * route are whole bodies, by status, and by media type if there are two.
   */
  readonly example: { readonly body?: unknown } & (
    | { readonly answer: unknown }
    | { readonly answers: Readonly<Record<string, unknown>> }
  );
};

/** The output of a write that has nothing to tell. */
export const done = z.object({ success: z.literal(true) });
export const success: z.infer<typeof done> = { success: true };
