/*
 * Traces for OpenTelemetry, off by default. A program opens a tracer only if its setting names a
 * receiver; without one, this package loads nothing of OpenTelemetry. A span of another program
 * continues a trace by its `traceparent` (W3C Trace Context), which travels through the database.
 *
 * May import: OpenTelemetry, only in open-telemetry.ts. Read first: tracer.ts.
 */
export { openTracer } from './open-tracer.ts';
export type { Span, Tracer } from './tracer.ts';
