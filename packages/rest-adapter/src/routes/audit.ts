import { Readable } from 'node:stream';
import { listAuditInput } from '@renderdeck/contract';
import { z } from 'zod';
import { auditCsv } from '../audit-csv.ts';
import type { CallerOf, RestApp } from '../caller-of.ts';
import { problems } from '../problem.ts';

/** The answer is streamed, so this schema is only for the document. */
const CSV_ANSWER: Readonly<Record<string, object>> = {
  200: {
    description: 'A header row, then one row for each audit line.',
    content: { 'text/csv': { schema: z.string() } },
  },
};

export function addAuditRoutes(app: RestApp, callerOf: CallerOf): void {
  addExportAudit(app, callerOf);
}

function addExportAudit(app: RestApp, callerOf: CallerOf): void {
  app.route({
    method: 'GET',
    url: '/audit.csv',
    schema: {
      operationId: 'exportAudit',
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
