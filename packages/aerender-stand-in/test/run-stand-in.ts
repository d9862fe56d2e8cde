import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installStandIn, type SampleProject, writeSampleFiles } from '../src/index.ts';

/** A folder with an installed stand-in and a project. `render` runs it and returns its output. */
export async function aStandIn(project: SampleProject = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'stand-in-'));
  const { aerender } = await installStandIn(join(folder, 'ae'));
  const { templatePath } = await writeSampleFiles(folder, 'project', {
    frames: 8,
    frameMs: 1,
    launchMs: 1,
    ...project,
  });
  const argsFor = (outputName: string) => {
    const output = join(folder, outputName);
    return ['-project', templatePath, '-comp', 'main', '-output', output];
  };
  return {
    folder,
    aerender,
    /** What aerender gets to render the project into this file. */
    argsFor,
    writeProject: (text: string) => writeFile(templatePath, text),
    read: (name: string) => readFile(join(folder, name)),
    remove: () => rm(folder, { recursive: true, force: true }),
    render: async (outputName: string, extra: string[] = [], env: Record<string, string> = {}) => {
      const ended = await promisify(execFile)(aerender, [...argsFor(outputName), ...extra], {
        env: { ...process.env, ...env },
        maxBuffer: 1e9,
      }).catch((cause) => cause);
      const lines: string[] = String(ended.stdout).split('\n').slice(0, -1);
      return { lines, code: Number(ended.code ?? 0) };
    },
  };
}
