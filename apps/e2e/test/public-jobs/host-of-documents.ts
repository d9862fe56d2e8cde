import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writeSampleFiles } from '@renderdeck/aerender-stand-in';
import { isFullPath } from '@renderdeck/domain';
import type { FarmUnderTest } from '@renderdeck/standalone/testing';
import { type Job, modulesOf, type PublicDocument } from './read-data.ts';

const OFFICIAL = '@nexrender/action-';
/** Takes the arguments of ffmpeg, and writes the last one. */
const FFMPEG = `#!${process.execPath}
require('node:fs').writeFileSync(process.argv.at(-1), process.argv.slice(2).join(' '));`;

export const isOwnModule = (name: string) => !name.startsWith(OFFICIAL);

/**
 * Starts a host that has a project, a picture, a script and every module of the documents except
 * the official ones, of which it has those that Renderdeck includes. Each other module notes that
 * it ran.
 */
export async function startHostOf(farm: FarmUnderTest, documents: readonly PublicDocument[]) {
  const { assets, output } = farm.folders;
  const project = { frames: 10, frameMs: 1, launchMs: 1 };
  const { templatePath, imagePath } = await writeSampleFiles(assets, 'film', project);
  const files = {
    script: join(assets, 'script.jsx'),
    ffmpeg: join(assets, 'ffmpeg'),
    ran: join(assets, 'ran'),
  };
  await writeFile(files.script, '$.writeln("a");');
  await writeFile(files.ffmpeg, FFMPEG, { mode: 0o755 });
  const modules = [...new Set(documents.flatMap(({ job }) => modulesOf(job)))];
  const folder = join(assets, 'modules');
  for (const name of modules.filter(isOwnModule))
    await writeModule(join(folder, 'node_modules', name), files.ran, name);
  await farm.startWorker('one', {
    RENDERDECK_ACTIONS: modules.join(),
    RENDERDECK_ACTIONS_DIR: folder,
    RENDERDECK_SCRIPTS: 'on',
    RENDERDECK_SLOTS: '4',
    RENDERDECK_TAGS: 'primary,plugins',
    NEXRENDER_FFMPEG: files.ffmpeg,
  });
  const outputOf = (id: string) => join(output, id);
  return {
    /** The folder to which the job publishes. */
    outputOf,
    /** The modules that ran. */
    readModules: async () => new Set((await readFile(files.ran, 'utf8')).trim().split('\n')),
    /** The job, with the files of this farm in place of its own. */
    onThisFarm: ({ id, job }: PublicDocument): Job => ({
      ...job,
      template: withSource(job.template, templatePath),
      assets: listOf(job.assets).map((asset) =>
        withSource(asset, Object(asset).type === 'script' ? files.script : imagePath),
      ),
      actions: Object.fromEntries(
        Object.entries(Object(job.actions)).map(([list, actions]) => [
          list,
          listOf(actions).map((action) => withOutput(action, outputOf(id))),
        ]),
      ),
    }),
  };
}

async function writeModule(folder: string, ran: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const note = `require('node:fs').appendFileSync(${JSON.stringify(ran)}, '${name}\\n')`;
  await writeFile(join(folder, 'index.js'), `module.exports = async () => ${note};`);
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** A source that is no text of the job itself becomes this file. */
function withSource(part: unknown, path: string): Job {
  const { src, ...rest } = Object(part);
  if (typeof src !== 'string') return { ...rest };
  return { ...rest, src: src.startsWith('data:') ? src : pathToFileURL(path).href };
}

/** A full path becomes a path with the same name in this folder. */
function withOutput(action: unknown, folder: string): Job {
  const { output, ...rest } = Object(action);
  if (typeof output !== 'string') return { ...rest };
  const plain = output.replaceAll('\\', '/');
  const place = join(folder, basename(plain), plain.endsWith('/') ? '/' : '');
  return { ...rest, output: isFullPath(output) ? place : output };
}
