/*
 * One trace from the request of a cancel to the proof on the host: programs of their own, and a
 * receiver of OTLP over HTTP. The id of the trace is in both logs and in the receipt.
 */
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { startFarmUnderTest } from '@renderdeck/standalone/testing';
import { waitFor } from '@renderdeck/testing/wait-for';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { listen } from './farm/listen.ts';

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.number().optional() }),
});
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute),
});
const sent = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});
type Span = z.infer<typeof span> & { readonly service: string | undefined };

/** A receiver of traces on loopback. It keeps the spans that came. */
async function openReceiver() {
  const spans: Span[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = sent.parse(await json(request));
    expect(request.url).toBe('/v1/traces');
    for (const { resource, scopeSpans } of resourceSpans) {
      const service = resource.attributes.find(({ key }) => key === 'service.name');
      for (const one of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...one, service: service?.value.stringValue });
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const { port, close } = await listen(server);
  onTestFinished(close);
  return { spans, url: `http://127.0.0.1:${port}/` };
}

test('a cancel is one trace, from its request to the proof on the host', async () => {
  const receiver = await openReceiver();
  const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url };
  const farm = await startFarmUnderTest(traced, {
    api: { ...traced, RENDERDECK_LOG_LEVEL: 'info' },
  });
  onTestFinished(() => farm.close());
  const worker = await farm.startWorker('one');
  const job = await farm.submit({ project: { frames: 2000, frameMs: 20 } });
  await farm.untilPhase(job.id, 'rendering');
  const { receipt } = await farm.cancel(job.id, '', { reason: 'traced' });
  expect(receipt.outcome).toBe('cancelled');
  expect(receipt.traceId).toMatch(/^[0-9a-f]{32}$/);

  const find = (name: string) => receiver.spans.find((one) => one.name === name);
  const [asked, stopped] = await waitFor(
    () => {
      const both = [find('cancel job'), find('stop render')] as const;
      return both[0] && both[1] ? ([both[0], both[1]] as const) : null;
    },
    { what: 'both spans' },
  );
  expect(asked).toMatchObject({ traceId: receipt.traceId, service: 'renderdeck-api' });
  expect(asked.parentSpanId ?? '').toBe('');
  expect(stopped).toMatchObject({
    traceId: receipt.traceId,
    parentSpanId: asked.spanId,
    service: 'renderdeck-worker',
  });
  const facts = Object.fromEntries(
    stopped.attributes.map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
  );
  expect(facts).toMatchObject({
    'renderdeck.job': job.id,
    'renderdeck.host': 'one',
    'renderdeck.proof': receipt.proof,
    'renderdeck.processes': receipt.processes.length,
  });
  const linesOf = (text: string) => text.split('\n').filter((line) => line.includes('trace_id'));
  expect(linesOf(farm.apiSaid()).join()).toContain(`"trace_id":"${receipt.traceId}"`);
  await waitFor(() => worker.said().includes('attempt ended'), { what: 'the end in the log' });
  expect(linesOf(worker.said()).at(-1)).toContain('attempt ended');
  expect(linesOf(worker.said()).join()).toContain(`"trace_id":"${receipt.traceId}"`);

  const [traceId, spanId] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7'];
  for (const traceparent of [`00-${traceId}-${spanId}-01`, 'no trace']) {
    const { id } = await farm.submit();
    const headers = { traceparent, authorization: `Bearer ${farm.token}` };
    await fetch(`${farm.url}/api/jobs/${id}`, { method: 'DELETE', headers });
    const { job: cancelled } = await farm.show(id);
    const own = cancelled.receipt?.traceId ?? '';
    expect(own === traceId).toBe(traceparent !== 'no trace');
    const found = await waitFor(
      () => receiver.spans.find((one) => one.name === 'cancel job' && one.traceId === own),
      { what: 'the span of the cancel' },
    );
    expect(found.parentSpanId ?? '').toBe(own === traceId ? spanId : '');
  }
});
