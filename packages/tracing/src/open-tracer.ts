import type { TracedProgram, Tracer } from './tracer.ts';

/** The tracer of a program; null, and nothing is loaded, if it has no receiver. */
export async function openTracer(program: TracedProgram): Promise<Tracer | null> {
  const { endpoint } = program;
  if (endpoint === null) return null;
  const { startTracer } = await import('./open-telemetry.ts');
  return startTracer({ ...program, endpoint });
}
