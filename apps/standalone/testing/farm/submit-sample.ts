import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type SampleProject, sampleJob, writeSampleFiles } from '@renderdeck/aerender-stand-in';
import type { Api } from '@renderdeck/client';
import { jobSchema, type WireJob } from '@renderdeck/contract';
import { type Client, member } from './open-client.ts';

/** What a test changes about a sample job. */
export type Submission = {
  project?: SampleProject;
  /** In every attempt, the render waits before its last frame until `release` is called. */
  held?: boolean;
  priority?: number;
  name?: string;
  limits?: Parameters<Api['submitJob']['mutate']>[0]['limits'];
  /** The actions of the job, in place of the copy to its output. */
  actions?: (output: string) => Record<string, unknown[]>;
  /** Changes the nexrender job before it is submitted. */
  change?: (job: Record<string, unknown>, output: string) => Record<string, unknown>;
};
/** A submitted job. `output` is the path to which the job publishes. */
export type Submitted = Omit<WireJob, 'output'> & {
  readonly output: string;
  release(): Promise<void>;
};

/** The action that publishes the result of a render, or another file of its folder. */
export const copyTo = (output: string, input?: string) => ({
  ...{ module: '@nexrender/action-copy', output },
  ...(input === undefined ? {} : { input }),
});

const PROJECT = { frames: 10, frameMs: 5, launchMs: 1 };

/** Returns a function that submits sample jobs, each with its own template, image and output. */
export function sampleSubmitter(
  folders: { readonly assets: string; readonly output: string },
  send: Client['send'],
) {
  let submitted = 0;
  return async (submission: Submission = {}): Promise<Submitted> => {
    const { project = {}, held = false, priority = 50, name, limits } = submission;
    const { actions, change = (job) => job } = submission;
    submitted += 1;
    const title = name ?? `job-${submitted}`;
    const gate = join(folders.assets, `${title}-${submitted}.released`);
    const files = await writeSampleFiles(folders.assets, `${title}-${submitted}`, {
      ...PROJECT,
      ...project,
      ...(held ? { waitsFor: gate } : {}),
    });
    const output = join(folders.output, `${title}-${submitted}.avi`);
    const changed = actions === undefined ? {} : { actions: actions(output) };
    const answer = await send('POST', '/jobs', {
      job: change({ ...sampleJob({ ...files, outputPath: output, title }), ...changed }, output),
      priority,
      name: title,
      ...(limits === undefined ? {} : { limits }),
    });
    if (answer.status !== 201)
      throw new Error(`the job was not taken: ${JSON.stringify(answer.body)}`);
    const release = () => writeFile(gate, '');
    return { ...jobSchema.parse(member(answer.body, 'job')), output, release };
  };
}
