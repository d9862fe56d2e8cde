import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import {
  auditEntrySchema,
  cancelReceiptSchema,
  deliverySchema,
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
import { PLAIN } from './declared-routes.ts';
import { describeCodes, problemBody } from './problem.ts';

/** Schemas that the OpenAPI document defines once, by name, and refers to. */
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
for (const { answer, answerName: id } of PLAIN) named.add(answer, { id });

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
 * Settings of @fastify/swagger. The document is made from the schemas of the routes, which come
 * from the contract.
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
    'openapiObject' in made
      ? addExamples(addUnknownOutcome(made.openapiObject))
      : made.swaggerObject,
};

const CHANGES = ['post', 'put', 'patch', 'delete'] as const;

/** Adds to each route that changes something that a 503 may mean an unknown outcome. */
function addUnknownOutcome<Made extends Partial<OpenAPIV3.Document | OpenAPIV3_1.Document>>(
  made: Made,
): Made {
  const description = describeCodes(['unavailable', 'outcome_unknown']);
  for (const item of Object.values(made.paths ?? {}))
    for (const method of CHANGES) {
      const responses = item?.[method]?.responses;
      if (responses !== undefined) Object.assign(responses['503'] ?? {}, { description });
    }
  return made;
}
