import websocket from '@fastify/websocket';
import { createFakeAdminPort } from '@renderdeck/contract/testing/fake-admin-port';
import fastify from 'fastify';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { restAdapter } from '../src/index.ts';

const document = z.looseObject({ paths: z.record(z.string(), z.unknown()) });

test('the outer server keeps its websocket plugin; the document omits its routes', async () => {
  const server = fastify();
  await server.register(websocket);
  await server.register(restAdapter, { contextOf: () => createFakeAdminPort().contextOf(null) });
  server.get('/own', () => 'own');
  expect(
    Object.keys(document.parse((await server.inject('/api/openapi.json')).json()).paths),
  ).not.toContain('/own');
  await server.close();
});
