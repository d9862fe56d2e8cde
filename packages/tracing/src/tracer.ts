/** The facts of a span. Null: not known. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

export type Span = {
  readonly traceId: string;
  /** The span in the form that another program continues: W3C's traceparent. */
  readonly traceparent: string;
  /** Ends the span. `error`: what failed, as a sentence; null if nothing did. */
  end(facts: Facts, error?: string | null): void;
};

export type SpanStart = {
  /** The traceparent of the span that caused this one; null for the first span of a trace. */
  readonly parent: string | null;
  /** Whether a request caused it, or work of this program itself. */
  readonly kind: 'request' | 'work';
  /** How long ago it began; now by default. */
  readonly msAgo?: number;
  readonly facts: Facts;
};

export type Tracer = {
  start(name: string, span: SpanStart): Span;
  /** Sends what is not sent yet. Never rejects, and waits only a few seconds for the receiver. */
  close(): Promise<void>;
};

export type TracedProgram = {
  readonly name: string;
  readonly version: string;
  /** The receiver of OTLP over HTTP, without `/v1/traces`. Null: nothing is traced. */
  readonly endpoint: string | null;
};
