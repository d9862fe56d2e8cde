import type { TestApi } from '../../testing/open-farm.ts';

/** The samples of a scrape whose names fit, by name and labels. */
export async function readSamples(
  api: Pick<TestApi, 'send'> | undefined,
  names: RegExp,
): Promise<Record<string, number>> {
  const { body } = (await api?.send(null, 'GET', '/metrics')) ?? {};
  const samples = [...String(body).matchAll(/^(renderdeck_[^ ]+) ([\d.]+)$/gm)].map(
    ([, name = '', value]) => [name, Number(value)] as const,
  );
  return Object.fromEntries(samples.filter(([name]) => names.test(name)));
}
