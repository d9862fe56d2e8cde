/*
 * What docs/monitoring and docs/operating.md say of /metrics is what a real API shows: each query
 * of the alerts, of their tests and of the dashboard names metrics and labels that exist.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parser } from '@prometheus-io/lezer-promql';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { farmOfFile } from '../../testing/open-farm.ts';
import { isPromtoolMissing, runPromtool } from '../../testing/promtool.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const read = (path: string) => readFile(new URL(path, DOCS), 'utf8');
const rule = z.object({
  alert: z.string(),
  expr: z.string(),
  labels: z.object({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.object({ summary: z.string(), runbook: z.string() }),
});
const rules = z
  .object({ groups: z.array(z.object({ rules: z.array(rule) })) })
  .parse(parse(await read('monitoring/rules.yml')))
  .groups.flatMap((group) => group.rules);
const cases = z
  .object({
    tests: z.array(
      z.object({
        input_series: z.array(z.object({ series: z.string() })),
        alert_rule_test: z.array(
          z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()).optional() }),
        ),
      }),
    ),
  })
  .parse(parse(await read('monitoring/rules.test.yml'))).tests;
const dashboard = z
  .object({
    panels: z.array(z.object({ targets: z.array(z.object({ expr: z.string() })).default([]) })),
  })
  .parse(JSON.parse(await read('monitoring/dashboard.json')));
const operating = await read('operating.md');

/** Prometheus adds these to what it scrapes, and makes `up` itself. */
const OF_PROMETHEUS = ['job', 'instance'];
const UP = 'up{job="renderdeck",instance="…"} 1\n';

const farm = farmOfFile();
let scrape: string;
/** The values of each label of each metric. */
let known: ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;
beforeAll(async () => {
  const api = await farm.serve();
  await farm.signOn();
  await farm.sql`update render_hosts set free_bytes = 5`;
  // The requests of the scrape itself are counted after its answer.
  await api.send(null, 'GET', '/metrics');
  scrape = String((await api.send(null, 'GET', '/metrics')).body);
  known = readMetrics(scrape + UP);
});

function readMetrics(text: string) {
  const found = new Map<string, Map<string, Set<string>>>();
  for (const [, name = '', labels = ''] of text.matchAll(/^([a-z]\w*)(?:[{](.*)[}])? \S+$/gm)) {
    const of = found.get(name) ?? new Map<string, Set<string>>();
    found.set(name, of);
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="([^"]*)"/g))
      of.set(label, (of.get(label) ?? new Set()).add(value));
  }
  return found;
}

type Selector = { readonly metric: string; readonly labels: Map<string, string | null> };
/** The metrics that a query reads, with the labels that it asks for, and those that it keeps. */
function readQuery(query: string) {
  const selectors: Selector[] = [];
  const kept: string[] = [];
  let isWrong = false;
  parser.parse(query).iterate({
    enter({ name, node, from, to }) {
      const text = query.slice(from, to);
      if (name === '⚠') isWrong = true;
      if (name === 'VectorSelector') {
        const metric = /^\w+/.exec(text)?.[0] ?? '';
        selectors.push({ metric, labels: new Map() });
      }
      if (name === 'UnquotedLabelMatcher') {
        const [, label = '', operator, value = ''] = /^(\w+)\s*(\W+?)"(.*)"$/.exec(text) ?? [];
        selectors.at(-1)?.labels.set(label, operator?.trim() === '=' ? value : null);
      }
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels') kept.push(text);
    },
  });
  return { selectors, kept, isWrong };
}

/** What of a query does not exist. */
function findUnknown(query: string): string[] {
  const { selectors, kept, isWrong } = readQuery(query);
  if (isWrong || selectors.length === 0) return [`is no PromQL: ${query}`];
  const ofSelectors = selectors.flatMap(({ metric, labels }) => {
    const has = known.get(metric);
    if (has === undefined) return [`${metric} in ${query}`];
    return [...labels].flatMap(([label, value]) => {
      if (OF_PROMETHEUS.includes(label)) return [];
      const values = has.get(label);
      if (values === undefined) return [`${label} of ${metric}`];
      return value === null || values.has(value) ? [] : [`${label}="${value}" of ${metric}`];
    });
  });
  const labels = new Set(selectors.flatMap(({ metric }) => [...(known.get(metric)?.keys() ?? [])]));
  const ofKept = kept.filter((label) => !OF_PROMETHEUS.includes(label) && !labels.has(label));
  return [...ofSelectors, ...ofKept.map((label) => `by (${label}) in ${query}`)];
}

describe('each query names metrics and labels that exist', () => {
  test.each(rules.map(({ alert, expr }) => [alert, expr]))('%s', (_alert, expr) => {
    expect(findUnknown(expr)).toEqual([]);
  });
  test('the dashboard', () => {
    const queries = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(15);
    expect(queries.flatMap(findUnknown)).toEqual([]);
  });
  test('a metric, a label, a value or a query that does not exist is found', () => {
    expect(findUnknown('max(renderdeck_made_up)')).toHaveLength(1);
    expect(findUnknown('renderdeck_jobs{colour="red"}')).toHaveLength(1);
    expect(findUnknown('renderdeck_jobs{state="asleep"}')).toHaveLength(1);
    expect(findUnknown('sum by (colour) (renderdeck_jobs)')).toHaveLength(1);
    expect(findUnknown('max(renderdeck_jobs')).toHaveLength(1);
  });
});

describe('the alerts', () => {
  test('have each a section in docs/operating.md, and the page has no other', () => {
    const sections = [...operating.matchAll(/^### (.*)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(rules.map(({ alert }) => alert));
    for (const { alert, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/operating.md#${alert.toLowerCase()}`);
      const [section = ''] = operating.split(`### ${alert}\n`)[1]?.split('\n##') ?? [];
      for (const part of ['Why', 'Look first', 'Do'])
        expect(section, `${alert}: ${part}`).toContain(`- **${part}**:`);
    }
  });

  test('have each a case in which they come and one in which they do not', () => {
    const checks = cases.flatMap((one) => one.alert_rule_test);
    const names = (comes: boolean) =>
      new Set(
        checks
          .filter(({ exp_alerts = [] }) => exp_alerts.length > 0 === comes)
          .map(({ alertname }) => alertname),
      );
    const alerts = new Set(rules.map(({ alert }) => alert));
    expect(names(true)).toEqual(alerts);
    expect(names(false)).toEqual(alerts);
  });

  test('are tested with series that exist', () => {
    const series = cases.flatMap((one) => one.input_series.map((input) => input.series));
    const metrics = series.flatMap((one) => readQuery(one).selectors.map(({ metric }) => metric));
    expect(metrics.filter((metric) => !known.has(metric))).toEqual([]);
  });
});

test('docs/operating.md lists each metric of Renderdeck, as /metrics describes it', () => {
  const rows = operating
    .split('\n')
    .filter((line) => line.startsWith('| `renderdeck_'))
    .map((line) =>
      line
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim())
        .join(' | '),
    );
  const help = [...scrape.matchAll(/^# HELP (renderdeck_\w+) (.*)$/gm)];
  const told = help.map(([, name = '', text]) => {
    const isHistogram = scrape.includes(`# TYPE ${name} histogram`);
    const labels = [...(known.get(isHistogram ? `${name}_count` : name)?.keys() ?? [])];
    return `\`${name}\` | ${labels.map((label) => `\`${label}\``).join(', ')} | ${text}`;
  });
  expect(rows.toSorted()).toEqual(told.toSorted());
});

const isMissing = await isPromtoolMissing();
const leftOut = isMissing ? ' (left out: promtool is not installed)' : '';
describe.skipIf(isMissing)(`promtool${leftOut}`, () => {
  const cwd = fileURLToPath(new URL('monitoring/', DOCS));
  test('the rules are valid, and their tests pass', async () => {
    await runPromtool(['check', 'rules', 'rules.yml'], { cwd });
    await runPromtool(['test', 'rules', 'rules.test.yml'], { cwd });
  });
  test('the metrics of Renderdeck have no fault', async () => {
    const own = scrape.split('\n').filter((line) => /^(# \w+ )?renderdeck_/.test(line));
    expect(await runPromtool(['check', 'metrics'], { input: `${own.join('\n')}\n` })).toBe('');
  });
});
