import { type Attributes, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Facts, TracedProgram, Tracer } from './tracer.ts';

/** How long one message to the receiver may take, so that a program ends soon without it. */
const SEND_WITHIN_MS = 2000;
const KINDS = { request: SpanKind.SERVER, work: SpanKind.INTERNAL } as const;

/** A tracer that sends spans to a receiver in the background. It registers nothing globally. */
export function startTracer({
  name: service,
  version,
  endpoint,
}: TracedProgram & { readonly endpoint: string }): Tracer {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: SEND_WITHIN_MS });
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.version': version }),
    spanProcessors: [new BatchSpanProcessor(exporter, { exportTimeoutMillis: SEND_WITHIN_MS })],
  });
  const tracer = provider.getTracer('renderdeck', version);
  return {
    start(name, { parent, kind, msAgo = 0, facts }) {
      const from = parent === null ? null : parseTraceParent(parent);
      const context = from === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, from);
      const begun = { kind: KINDS[kind], startTime: Date.now() - msAgo };
      const span = tracer.startSpan(name, { ...begun, attributes: attributesOf(facts) }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      const flags = traceFlags.toString(16).padStart(2, '0');
      return {
        traceId,
        traceparent: `00-${traceId}-${spanId}-${flags}`,
        end(more, error = null) {
          span.setAttributes(attributesOf(more));
          if (error !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: error });
          span.end();
        },
      };
    },
    async close() {
      await provider.shutdown().catch(() => undefined);
    },
  };
}

function attributesOf(facts: Facts): Attributes {
  const known = Object.entries(facts).filter(([, fact]) => fact !== null);
  return Object.fromEntries(known.map(([name, fact]) => [`renderdeck.${name}`, fact ?? '']));
}
