/** A render, with the facts that the disk watch needs. */
export type RenderOnDisk = {
  readonly attemptId: string;
  /** Bytes in the scratch folder of the render. */
  readonly bytes: number;
  readonly isPublishing: boolean;
  /** The render is already ending, so its files will be deleted soon. */
  readonly isEnding: boolean;
};

/**
 * The free space that a running render needs: half of the space that a new render needs. So the
 * host first takes no more jobs, and a render that is nearly done can finish.
 */
export function leastFreeWhileRendering(minFreeBytes: number): number {
  return minFreeBytes / 2;
}

/**
 * Chooses the render to end because the disk is nearly full; null if none has to end. It chooses
 * the largest scratch folder, one render at a time. A render that publishes is never chosen: its
 * output may be out, and the render soon frees its space or fails with the message that the disk is
 * full.
 */
export function chooseForDisk(
  freeBytes: number,
  minFreeBytes: number,
  renders: readonly RenderOnDisk[],
): string | null {
  if (freeBytes >= leastFreeWhileRendering(minFreeBytes)) return null;
  if (renders.some(({ isEnding }) => isEnding)) return null;
  const [largest] = renders
    .filter(({ isPublishing }) => !isPublishing)
    .sort((one, other) => other.bytes - one.bytes);
  return largest?.attemptId ?? null;
}
