/*
 * Starts the worker of this folder: `node worker.mjs`, with the worker's own arguments. If this
 * machine cannot run the folder, it says why and ends.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = dirname(fileURLToPath(import.meta.url));
const SETTINGS = 'settings.env';
const WORKER = new URL('./lib/worker/src/main.mjs', import.meta.url).href;

const facts = JSON.parse(readFileSync(join(FOLDER, 'version.json'), 'utf8'));
const problem = findProblem();
if (problem !== null) {
  process.stderr.write(`renderdeck worker: ${problem}\n`);
  process.exitCode = 1;
} else if (process.argv[2] === '--version') {
  const commit = facts.commit === null ? 'of no commit' : `commit ${facts.commit}`;
  process.stdout.write(`renderdeck worker ${facts.version}, ${facts.target}, ${commit}\n`);
} else {
  // An update replaces this folder, so the settings may be in the folder above.
  const settings = [FOLDER, dirname(FOLDER)]
    .map((folder) => join(folder, SETTINGS))
    .find((path) => existsSync(path));
  if (settings !== undefined) {
    // A variable of the environment counts more than a line of the file.
    process.loadEnvFile(settings);
    // Relative paths count from the settings, so every command means the same scratch root.
    process.chdir(dirname(settings));
  }
  await import(WORKER);
}

/** Why this machine cannot run the folder, as a sentence; null when it can. */
function findProblem() {
  const system = `${process.platform}-${process.arch}`;
  if (system !== facts.target)
    return (
      `This folder is for ${facts.target}, and this is Node for ${system}. ` +
      `Take the folder that was built for ${system}.`
    );
  const needed = facts.node.replace('>=', '');
  return isOlder(process.versions.node, needed)
    ? `Node ${needed} or newer is needed, and this is Node ${process.versions.node}.`
    : null;
}

/** @param {string} version @param {string} needed */
function isOlder(version, needed) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor = 0, neededMinor = 0] = needed.split('.').map(Number);
  return major === neededMajor ? minor < neededMinor : major < neededMajor;
}
