import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { buildPage } from './build-page.ts';
import type { StandaloneConfig } from './config.ts';
import { type Farm, startFarm } from './farm.ts';
import { DEMO, submitSample } from './samples.ts';

/** Runs the farm until a signal comes or one of its programs ends. `demo`: with samples. */
export async function start(
  config: StandaloneConfig,
  demo: boolean,
  print: (line: string) => void,
): Promise<void> {
  // Before anything starts, so that a Ctrl-C during the start stops what has started.
  const signalled = Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      (signal) => new Promise<string>((resolve) => process.once(signal, () => resolve(signal))),
    ),
  );
  await buildPage(print);
  const farm = await startFarm(config, { standIn: demo, throwAway: false }, print);
  try {
    const samples = demo ? await submitSamples(config, farm) : null;
    for (const line of formatWelcome(config, farm, samples)) print(line);
    const broken = farm.broken.then((sentence) => {
      process.exitCode = 1;
      return sentence;
    });
    print(`\n${await Promise.race([signalled, broken])}: stopping everything…`);
  } finally {
    await farm.stop();
  }
  print('Stopped. Nothing of the farm is running.');
}

function formatWelcome(
  config: StandaloneConfig,
  { url, firstAdmin, folders }: Farm,
  samples: string | null,
): string[] {
  const admin =
    firstAdmin === null
      ? ['  Sign in    with the users it has']
      : config.adminPassword === null
        ? [
            `  Sign in    ${firstAdmin.name}`,
            `  Password   ${firstAdmin.password}   (shown this once)`,
          ]
        : [`  Sign in    ${firstAdmin.name}, with the password of RENDERDECK_ADMIN_PASSWORD`];
  return [
    '',
    `Renderdeck is ready: ${url}`,
    ...admin,
    ...(samples === null
      ? []
      : [
          '  Renderer   Stand-in renderer, not After Effects',
          `  Samples    ${samples}`,
          `  Outputs    ${folders.output}`,
        ]),
    `  Data       ${config.dataDir}`,
    `  Logs       ${folders.log}`,
    'Ctrl-C stops everything.',
  ];
}

/** Submits the samples where no job waits or runs. Returns what it did, for people. */
async function submitSamples(config: StandaloneConfig, farm: Farm): Promise<string> {
  const token = await keepToken(config, farm);
  if (token === null)
    return 'not submitted: this database has users already and no token of the demo';
  const { api } = createClient({ url: farm.url, token });
  const { counts } = await api.listJobs.query({ show: 'active', limit: 1 });
  if (counts.queued + counts.rendering + counts.cancelling > 0)
    return `${counts.queued} still wait from the last time`;
  for (const sample of DEMO) await submitSample(api, farm.folders, sample);
  return `${DEMO.length} jobs submitted`;
}

/** The demo's own token: made with the first admin, in a file that only this user can read. */
async function keepToken(
  config: StandaloneConfig,
  { url, firstAdmin }: Farm,
): Promise<string | null> {
  const path = join(config.dataDir, 'demo-token');
  if (firstAdmin === null) return (await readFile(path, 'utf8').catch(() => null)) ?? null;
  const client = createClient({ url });
  await client.signIn(firstAdmin.name, firstAdmin.password);
  const { secret } = await client.api.createToken.mutate({ name: 'demo', role: 'submitter' });
  await client.signOut();
  await writeFile(path, secret, { mode: 0o600 });
  return secret;
}
