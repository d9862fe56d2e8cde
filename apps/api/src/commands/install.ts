/*
 * `api install` lets systemd run the API of this machine, and `api uninstall` undoes that. It
 * prints each step before it takes it. A dry run takes none.
 *
 * 1. The settings are in api.env (settings-file.ts of the package settings). `ctl database create`
 *    wrote the login of the API into it. `--set` adds settings, and the first run makes the secret
 *    of the sessions. No value is printed. A setting that is not valid changes nothing.
 * 2. The unit reads that file as root, so the user of the API cannot read it.
 * 3. It waits until the API answers /readyz, or says what the API answers instead.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  explainFacts,
  findUserIds,
  type InstallStep,
  takeSteps,
  unitFileOf,
} from '@renderdeck/render-host/install';
import {
  apiFile,
  apiSettings,
  callOf,
  type Environment,
  isCheckout,
  jobRuleSettings,
  readSettings,
  readSettingsFile,
  writeSettings,
} from '@renderdeck/settings';
import { API_UNIT, API_USER, planInstall, planUninstall } from './plan.ts';

type Print = (line: string) => void;
type Options = {
  readonly set: readonly string[];
  readonly user: string;
  readonly dryRun: boolean;
};
type Values = Readonly<Record<string, string>>;

const READY_WITHIN_MS = 60_000;
const ASK_EVERY_MS = 250;
const HELP = `Usage: ${callOf('api install [--set NAME=VALUE]… [--user NAME] [--dry-run]')}
       ${callOf('api uninstall [--dry-run]')}

Lets systemd run the API of this machine, and prints what it writes; uninstall undoes that.

  --set NAME=VALUE  a setting of the API; may be repeated
  --user NAME       the user that the API runs as (default: ${API_USER})
  --dry-run         only prints it`;

/** Runs `install` or `uninstall`. Returns a sentence when it fails, null when it is done. */
export async function runInstall(
  args: readonly string[],
  env: Environment,
  print: Print,
): Promise<string | null> {
  const read = readArguments(args);
  if ('problem' in read) return read.problem;
  const { command, help, options } = read;
  if (help) {
    print(HELP);
    return null;
  }
  if (process.platform !== 'linux')
    return `${command} is for Linux with systemd. Elsewhere, let your own supervisor run the API.`;
  if (process.getuid?.() !== 0 && !options.dryRun)
    return 'Only root may change units of systemd: run this command as root.';
  if (command === 'uninstall') return await uninstall(options, print);
  return await install(options, env, print);
}

function readArguments(
  args: readonly string[],
):
  | { readonly problem: string }
  | { readonly command: string; readonly help: boolean; readonly options: Options } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        user: { type: 'string', default: API_USER },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const [command = '', ...more] = positionals;
    if (more.length > 0) return { problem: `${command} takes no ${more.join(' ')}.` };
    const { set, user, help } = values;
    return { command, help, options: { set, user, dryRun: values['dry-run'] } };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function install(
  { set, user, dryRun }: Options,
  env: Environment,
  print: Print,
): Promise<string | null> {
  const settings = apiFile(env);
  const added = readPairs(set);
  if ('problem' in added) return added.problem;
  const kept = readSettingsFile(settings);
  const saved = addDefaults(kept, added.values, env);
  const problem = explainSettings({ ...kept, ...saved }, settings);
  if (problem !== null) return problem;
  const [, program = ''] = process.argv;
  const facts = {
    ...{ user, settings },
    hasUser: (await findUserIds(user)) !== null,
    command: [process.execPath, ...process.execArgv, resolve(program)],
    // A checkout finds its tools in its own folder.
    folder: isCheckout ? process.cwd() : '/',
  };
  const wrong = explainFacts(facts);
  if (wrong !== null) return wrong;
  const url = readyUrl({ ...kept, ...saved });
  const steps = planInstall(facts, { saves: saveStep(settings, saved), waits: waitStep(url) });
  const notTaken = await takeSteps(steps, { dryRun }, print);
  if (notTaken === null && !dryRun) print(`The API is ready: ${new URL('/', url).href}`);
  return notTaken;
}

async function uninstall({ dryRun }: Options, print: Print): Promise<string | null> {
  const file = unitFileOf(API_UNIT);
  if (existsSync(file)) return await takeSteps(planUninstall(), { dryRun }, print);
  print(`Nothing is installed: ${file} does not exist.`);
  return null;
}

const known = { ...apiSettings.shape, ...jobRuleSettings.shape };

function readPairs(
  pairs: readonly string[],
): { readonly values: Values } | { readonly problem: string } {
  const values: Record<string, string> = {};
  for (const pair of pairs) {
    const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(pair) ?? [];
    if (!Object.hasOwn(known, name))
      return { problem: `--set ${pair}: the API has no such setting; write NAME=VALUE.` };
    values[name] = value;
  }
  return { values };
}

/** What is written: the settings of `--set`, and what the file lacks. */
function addDefaults(kept: Values, added: Values, env: Environment): Values {
  const saved: Record<string, string> = { ...added };
  const all = { ...kept, ...added };
  const { DATABASE_URL = '' } = env;
  if (all.DATABASE_URL === undefined && DATABASE_URL !== '') saved.DATABASE_URL = DATABASE_URL;
  if (all.RENDERDECK_SESSION_SECRET === undefined)
    saved.RENDERDECK_SESSION_SECRET = randomBytes(48).toString('base64url');
  return saved;
}

/** Why the API would not start with these settings; null if it would. */
function explainSettings(values: Values, path: string): string | null {
  if (values.DATABASE_URL === undefined)
    return (
      `${path} has no DATABASE_URL. \`${callOf('ctl database create')}\` writes it, ` +
      'or name it with --set.'
    );
  const sentences = [apiSettings, jobRuleSettings].flatMap((part) => {
    const read = readSettings(part, values);
    return read.ok ? [] : read.sentences;
  });
  return sentences.length === 0 ? null : sentences.join(' ');
}

function saveStep(path: string, saved: Values): readonly InstallStep[] {
  const names = Object.keys(saved);
  if (names.length === 0) return [];
  const act = async () => {
    await writeSettings(path, saved);
    return null;
  };
  return [{ does: `write ${names.join(', ')} into ${path}`, why: 'only root may read it', act }];
}

function waitStep(url: URL): InstallStep {
  return { does: `wait for ${url.href}`, why: 'the API is ready', act: () => untilReady(url) };
}

/** Where the API says whether it is ready, as this machine reaches it. */
function readyUrl(values: Values): URL {
  const read = readSettings(apiSettings, values);
  const { HOST: host, PORT: port } = read.ok ? read.values : { HOST: '127.0.0.1', PORT: 4000 };
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return new URL(`http://${name.includes(':') ? `[${name}]` : name}:${port}/readyz`);
}

async function untilReady(url: URL): Promise<string | null> {
  const until = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const answer = await ask(url);
    if (answer === null) return null;
    if (performance.now() > until)
      return `the API is not ready: ${answer} Its log: journalctl --unit ${API_UNIT}`;
    await delay(ASK_EVERY_MS);
  }
}

/** Null if the API is ready. */
async function ask(url: URL): Promise<string | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
    return response.ok ? null : `it answers ${response.status}, ${await response.text()}.`;
  } catch {
    return 'it does not answer.';
  }
}
