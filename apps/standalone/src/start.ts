import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createClient } from '@renderdeck/client';
import { writeDurably } from '@renderdeck/render-host/this-machine';
import { buildPage } from './build-page.ts';
import type { StandaloneConfig } from './config.ts';
import { type Farm, startFarm } from './farm.ts';
import { canSignIn, type FirstAdmin, forgetFirstAdmin, readFirstAdmin } from './first-admin.ts';
import { firstSignal } from './first-signal.ts';
import { ownFolder } from './own-folder.ts';
import { DEMO, submitSample } from './samples.ts';

const TOKEN = 'demo-token';

/**
 * Runs the farm until a signal comes. A program that ends by itself is started again. `demo` adds
 * the stand-in and the sample jobs.
 */
export async function start(
  config: StandaloneConfig,
  { demo, bringOver }: { readonly demo: boolean; readonly bringOver?: boolean | undefined },
  print: (line: string) => void,
): Promise<void> {
  // Listen for signals first, so that Ctrl-C during the start stops what has started.
  const signalled = firstSignal();
  const folder = await ownFolder(config.dataDir, print);
  try {
    await buildPage(print);
    const notShown = await readFirstAdmin(config.dataDir);
    const { programsLock } = folder;
    const options = { standIn: demo, throwAway: false, bringOver, programsLock };
    const farm = await startFarm(config, options, print);
    try {
      await folder.setAddress(farm.url);
      const firstAdmin = farm.firstAdmin ?? (await keepIfValid(notShown, farm.url));
      const samples = demo ? await submitSamples(config, farm, firstAdmin) : null;
      for (const line of formatWelcome(config, farm, firstAdmin, samples)) print(line);
      await forgetFirstAdmin(config.dataDir);
      print(`\n${await signalled}: stopping everything…`);
    } finally {
      await farm.stop();
    }
  } finally {
    folder.release();
  }
  print('Stopped. No program of the farm is running.');
}

async function keepIfValid(notShown: FirstAdmin | null, url: string): Promise<FirstAdmin | null> {
  return notShown !== null && (await canSignIn(notShown, url)) ? notShown : null;
}

function formatWelcome(
  config: StandaloneConfig,
  { url, folders }: Farm,
  firstAdmin: FirstAdmin | null,
  samples: string | null,
): string[] {
  const admin =
    firstAdmin === null
      ? ['  Sign in    as a user of this database']
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

/**
 * Submits the samples if no job waits or runs. Returns a text for people that says what was done.
 */
async function submitSamples(
  config: StandaloneConfig,
  farm: Farm,
  firstAdmin: FirstAdmin | null,
): Promise<string> {
  const token = await keepToken(config.dataDir, farm.url, firstAdmin);
  if (token === null)
    return 'not submitted: this database has users already, and this folder has no demo token';
  const { api } = createClient({ url: farm.url, token });
  const { counts } = await api.listJobs.query({ show: 'active', limit: 1 });
  const unfinished = counts.queued + counts.rendering + counts.cancelling;
  // These may be samples of an earlier start, or jobs of a user.
  if (unfinished > 0) return `not submitted: the queue has ${unfinished} unfinished jobs`;
  for (const sample of DEMO) await submitSample(api, farm.folders, sample);
  return `${DEMO.length} jobs submitted`;
}

/**
 * Returns the demo's own token. It is created with the first admin and kept in a file that only
 * this user can read.
 */
async function keepToken(
  dataDir: string,
  url: string,
  firstAdmin: FirstAdmin | null,
): Promise<string | null> {
  const kept = (await readFile(join(dataDir, TOKEN), 'utf8').catch(() => '')).trim();
  if (firstAdmin === null) return kept === '' ? null : kept;
  const client = createClient({ url });
  await client.signIn(firstAdmin.name, firstAdmin.password);
  const { tokens } = await client.api.listTokens.query();
  const names = tokens.map(({ name }) => name).filter((name) => /^demo( \d+)?$/.test(name));
  // An earlier start may have been killed after it created a token and before it stored the secret.
  for (const name of names) await client.api.revokeToken.mutate({ name });
  // A user and a token cannot have the same name.
  const taken = names.length + (firstAdmin.name.toLowerCase() === 'demo' ? 1 : 0);
  const name = taken === 0 ? 'demo' : `demo ${taken + 1}`;
  const { secret } = await client.api.createToken.mutate({ name, role: 'submitter' });
  await client.signOut();
  await writeDurably(dataDir, TOKEN, secret);
  return secret;
}
