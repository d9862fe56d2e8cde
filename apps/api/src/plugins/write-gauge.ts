/** Writes a gauge in Prometheus' text format: one number, or one for each value of a label. */
export function writeGauge(
  name: string,
  help: string,
  value: number | { readonly label: string; readonly values: Iterable<readonly [string, number]> },
): string {
  const samples =
    typeof value === 'number'
      ? [`${name} ${value}`]
      : Array.from(value.values, ([text, count]) => `${name}{${value.label}="${text}"} ${count}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples, ''].join('\n');
}
