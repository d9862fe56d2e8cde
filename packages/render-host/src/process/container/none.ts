import type { ContainerKind } from '@renderdeck/domain';
import type { Container } from './container-types.ts';

/** Where the kernel holds nothing for us: membership is decided by marks, memory and descent alone. */
export function noContainer(kind: ContainerKind): Container {
  return {
    record: { kind, path: null },
    adopt() {},
    listPids: () => new Set<number>(),
    isEmpty: () => null,
    killAll() {},
    remove() {},
  };
}
