import { formatFileSize } from '../file-size.ts';
import type { WireOutput } from './output.ts';

/** The last part of a path of any system. */
export const fileNameOf = (path: string) => path.split(/[\\/]/).at(-1) || path;

const counted = (count: number, one: string) =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

/** "184 MB, prores (HQ), 1920 × 1080, 980 frames, 39.20 s", and why it is not more. */
export function describeOutputFacts(output: WireOutput): string {
  const { kind, files, bytes, codec, width, height, frames, seconds, notMeasured } = output;
  return [
    formatFileSize(bytes),
    ...(kind === 'files' ? [counted(files, 'file')] : []),
    ...(codec === null ? [] : [codec]),
    ...(width === null || height === null ? [] : [`${width} × ${height}`]),
    ...(frames === null ? [] : [counted(frames, 'frame')]),
    ...(seconds === null ? [] : [`${seconds.toFixed(2)} s`]),
    ...(notMeasured === null ? [] : [`not measured: ${notMeasured}`]),
  ].join(', ');
}
