import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drawFrame } from './draw-frame.mjs';
import { png } from './png.mjs';
import type { MISBEHAVIOURS } from './read-options.mjs';

export type Misbehaviour = (typeof MISBEHAVIOURS)[number];

export type SampleProject = {
  frames?: number;
  frameMs?: number;
  launchMs?: number;
  /** The path of a file. The last frame is not rendered before this file exists. */
  waitsFor?: string;
  compositions?: string[];
  misbehave?: Misbehaviour | Misbehaviour[];
};

export type SampleFiles = { templatePath: string; imagePath: string };

/** Writes `<name>.aep`, a project that only the stand-in reads, and a logo. */
export async function writeSampleFiles(
  folder: string,
  name: string,
  project: SampleProject = {},
): Promise<SampleFiles> {
  await mkdir(folder, { recursive: true });
  const templatePath = join(folder, `${name}.aep`);
  const imagePath = join(folder, 'logo.png');
  await writeFile(templatePath, `${JSON.stringify({ standIn: project }, null, 2)}\n`);
  await writeFile(imagePath, png(drawFrame(0.5, 'logo')));
  return { templatePath, imagePath };
}

/** A common nexrender job: template, text, image, and a copy of the output to `outputPath`. */
export function sampleJob(
  options: SampleFiles & {
    outputPath: string;
    title: string;
    composition?: string;
    /** The output is a folder of PNG pictures. */
    isSequence?: boolean;
  },
): Record<string, unknown> {
  return {
    template: {
      src: pathToFileURL(options.templatePath).href,
      composition: options.composition ?? 'main',
      ...(options.isSequence ? { outputExt: 'png', outputModule: 'PNG Sequence' } : {}),
    },
    assets: [
      { type: 'data', layerName: 'title', property: 'Source Text', value: options.title },
      { type: 'image', layerName: 'logo', src: pathToFileURL(options.imagePath).href },
    ],
    actions: { postrender: [{ module: '@nexrender/action-copy', output: options.outputPath }] },
  };
}
