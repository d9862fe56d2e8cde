import { Readable } from 'node:stream';
import {
  listAuditInput,
  listAuditOutput,
  verifyAuditInput,
  verifyAuditOutput,
} from '@renderdeck/contract';
import { z } from 'zod';
import { auditCsv } from '../audit-csv.ts';
import type { CallerOf } from '../caller-of.ts';
import { problems } from '../openapi.ts';
import type { RestApp } from '../rest-app.ts';

/** The answer is streamed: its schema is for the document alone. */
const CSV_ANSWER: Readonly<Record<string, object>> = {
  200: {
    description: 'A head and one row a line.',
    content: { 'text/csv': { schema: z.string() } },
  },
};

/** List, export and verify the audit log. */
export function addAuditRoutes(app: RestApp, callerOf: CallerOf): void {
  addListAudit(app, callerOf);
  addExportAudit(app, callerOf);
  addVerifyAudit(app, callerOf);
}

function addListAudit(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/audit',
    schema: {
      tags: ['audit'],
      summary: 'List audit lines, newest first',
      description:
        'Who is no admin gets the lines of the own actions alone; `whole` says so. `holes` are ' +
        'the times in which no server could write a line.',
      querystring: listAuditInput,
      response: {
        200: listAuditOutput,
        ...problems('invalid_input', 'unauthenticated'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).listAudit(request.query)),
  });
}

function addExportAudit(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/audit.csv',
    schema: {
      tags: ['audit'],
      summary: 'Export audit lines as CSV, newest first',
      description:
        'Every line that fits, not a page of them, as in `GET /api/audit`. A cell that a ' +
        'spreadsheet would take for a formula begins with an apostrophe. An answer that breaks ' +
        'off is not whole.',
      querystring: listAuditInput.omit({ cursor: true, after: true, limit: true }),
      response: { ...CSV_ANSWER, ...problems('invalid_input', 'unauthenticated') },
    },
    handler: async (request, reply) => {
      const caller = callerOf(request, reply);
      const read = (cursor?: string) => caller.listAudit({ ...request.query, limit: 500, cursor });
      const lines = Readable.from(auditCsv(await read(), read), { objectMode: false });
      reply
        .header('content-disposition', 'attachment; filename="audit.csv"')
        .type('text/csv; charset=utf-8');
      return reply.send(lines);
    },
  });
}

function addVerifyAudit(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/audit/verify',
    schema: {
      tags: ['audit'],
      summary: 'Check that no audit line was changed or removed',
      description:
        'While `verdict` is `continues`, ask again with `next` as `after` and the same `anchor`. ' +
        'Keep `number:hash` of a sound `head` elsewhere: it is the `anchor` of the next check, ' +
        'without which nobody can see that the end of the log was cut off.',
      querystring: verifyAuditInput,
      response: {
        200: verifyAuditOutput,
        ...problems('invalid_input', 'unauthenticated', 'forbidden'),
      },
    },
    handler: async (request, reply) =>
      reply.send(await callerOf(request, reply).verifyAudit(request.query)),
  });
}
