import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import {
  auditEntrySchema,
  cancelReceiptSchema,
  deliverySchema,
  ERROR_CODES,
  type ErrorCode,
  hostSchema,
  jobSchema,
  priorityReceiptSchema,
  userSchema,
  VERSION,
  webhookSchema,
} from '@renderdeck/contract';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { OpenAPIV3, OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import { addExamples } from './add-examples.ts';
import { problemBody } from './problem.ts';

/** Schemas that the document names once and refers to. */
const named = z.registry<{ id: string }>();
named.add(jobSchema, { id: 'Job' });
named.add(cancelReceiptSchema, { id: 'CancelReceipt' });
named.add(priorityReceiptSchema, { id: 'PriorityReceipt' });
named.add(hostSchema, { id: 'Host' });
named.add(auditEntrySchema, { id: 'AuditEntry' });
named.add(userSchema, { id: 'User' });
named.add(webhookSchema, { id: 'Webhook' });
named.add(deliverySchema, { id: 'WebhookDelivery' });
named.add(problemBody, { id: 'Problem' });

const jsonSchemas = z.toJSONSchema(named, {
  io: 'output',
  uri: (id) => `#/components/schemas/${id}`,
}).schemas;
const components: Record<string, object> = Object.fromEntries(
  Object.entries(jsonSchemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
);

const DESCRIPTION = [
  'Submit nexrender jobs, stop them and know that they are stopped, set priorities and know the ' +
    'place in the queue.',
  'Sign in with `POST /api/session` (a cookie) or send `Authorization: Bearer <token>`. An error ' +
    'is `application/problem+json`: decide by its `code`, show its `detail`.',
].join('\n\n');

/**
 * Settings of @fastify/swagger. The document is made from the schemas of the routes, which are the
 * contract's.
 */
export const openapiOptions: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Renderdeck',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: ['session', 'jobs', 'audit', 'hosts', 'measures', 'access', 'webhooks', 'events'].map(
      (name) => ({ name }),
    ),
    components: {
      schemas: components,
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'renderdeck_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
    security: [{ session: [] }, { token: [] }],
  },
  transform: createJsonSchemaTransform({ schemaRegistry: named }),
  transformObject: (made) =>
    'openapiObject' in made ? addExamples(sayMayBeDone(made.openapiObject)) : made.swaggerObject,
};

const CHANGES = ['post', 'put', 'patch', 'delete'] as const;

/** Says of each route that changes something that its 503 may be an unknown outcome. */
function sayMayBeDone<Made extends Partial<OpenAPIV3.Document | OpenAPIV3_1.Document>>(
  made: Made,
): Made {
  const description = describe(['unavailable', 'outcome_unknown']);
  for (const item of Object.values(made.paths ?? {}))
    for (const method of CHANGES) {
      const responses = item?.[method]?.responses;
      if (responses !== undefined) Object.assign(responses['503'] ?? {}, { description });
    }
  return made;
}

/**
 * The error answers of a route, by status, with their codes. Every route can also answer 405, 429,
 * 500 and 503, and `sayMayBeDone` adds a code.
 */
export function problems(...codes: ErrorCode[]) {
  const all: ErrorCode[] = [...codes, 'too_many_requests', 'internal', 'unavailable'];
  const statuses = new Set(all.map((code) => ERROR_CODES[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const description = describe(all.filter((code) => ERROR_CODES[code].status === status));
      return [
        status,
        { description, content: { 'application/problem+json': { schema: problemBody } } },
      ];
    }),
  );
}

function describe(codes: readonly ErrorCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].sentence}`).join('\n\n');
}
