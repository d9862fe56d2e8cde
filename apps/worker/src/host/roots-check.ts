import { findSilentFolder } from '@renderdeck/render-host';
import type { WorkerConfig } from '../config.ts';

const ANSWERS_WITHIN_MS = 3000;

/**
 * Why no job is taken: a folder that jobs may use does not answer, because its share is gone. Every
 * job that names it would hold a slot until its stall limit, and its check would stop this daemon.
 */
export async function checkRoots({
  assetRoots,
  outputRoots,
}: Pick<WorkerConfig, 'assetRoots' | 'outputRoots'>): Promise<string | null> {
  const silent = await findSilentFolder([...assetRoots, ...outputRoots], ANSWERS_WITHIN_MS);
  if (silent === null) return null;
  const variable = assetRoots.includes(silent)
    ? 'RENDERDECK_ASSET_ROOTS'
    : 'RENDERDECK_OUTPUT_ROOTS';
  return `The folder ${silent} of ${variable} does not answer; no job is taken.`;
}
