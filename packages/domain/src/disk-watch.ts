/** A render as the watch of the disk sees it. */
export type RenderOnDisk = {
  readonly attemptId: string;
  /** Bytes in its scratch folder. */
  readonly bytes: number;
  readonly isPublishing: boolean;
  /** Its end has begun, so its files go soon. */
  readonly isEnding: boolean;
};

/**
 * The free space that a running render needs: half of what a new one needs. So a host takes no more
 * jobs first, and a render that is nearly done may end.
 */
export function leastFreeWhileRendering(minFreeBytes: number): number {
  return minFreeBytes / 2;
}

/**
 * Chooses the render that is ended because the disk is nearly full; null where none is. It is the
 * one with the largest scratch folder, one at a time. One that publishes is left alone: its output
 * may be out, and it frees its space soon or says itself that the disk is full.
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
