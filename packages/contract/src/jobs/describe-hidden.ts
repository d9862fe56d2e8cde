import { type HiddenPlace, writePath } from '@renderdeck/domain';

/** `assets[0].src (query key)`. */
export function describeHiddenPlace({ path, kinds }: HiddenPlace): string {
  return `${writePath(path)} (${kinds.join(', ')})`;
}

/** `2 values hidden`. */
export function countHidden(hidden: readonly HiddenPlace[]): string {
  return `${hidden.length} ${hidden.length === 1 ? 'value' : 'values'} hidden`;
}
