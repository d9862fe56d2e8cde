import { join } from 'node:path';
import { type Misbehaviour, sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import type { Api } from '@renderdeck/client';
import type { FarmFolders } from '../src/farm.ts';

type Render = {
  readonly name: string;
  readonly frames: number;
  readonly frameMs: number;
  readonly priority: number;
  readonly misbehave?: Misbehaviour[];
  /** An action that runs after the output was published. */
  readonly lastAction?: Readonly<Record<string, string>>;
};

type SubmittedJob = Parameters<Api['submitJob']['mutate']>[0]['job'];

/** Submits a render that misbehaves. */
export async function submitRender(
  api: Api,
  folders: Pick<FarmFolders, 'samples' | 'output'>,
  { name, priority, lastAction, ...project }: Render,
) {
  const files = await writeSampleFiles(folders.samples, name, project);
  const output = join(folders.output, `${name}.avi`);
  const actions = [{ module: '@nexrender/action-copy', output }, lastAction].filter(
    (action) => action !== undefined,
  );
  const sample = sampleJob({ ...files, title: name, outputPath: output });
  const job: SubmittedJob = JSON.parse(
    JSON.stringify({ ...sample, actions: { postrender: actions } }),
  );
  return (await api.submitJob.mutate({ job, priority, name })).job;
}
