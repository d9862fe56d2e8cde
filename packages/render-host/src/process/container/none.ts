import type { ContainerKind } from '@renderdeck/domain';
import type { Container } from './container-types.ts';

/** No container: only marks, remembered identities and descent decide who is a member. */
export function noContainer(kind: ContainerKind): Container {
  return {
    record: { kind, path: null },
    adopt() {},
    listPids: () => new Set<number>(),
    isOutside: () => false,
    listBeside: () => [],
    isEmpty: () => null,
    killAll() {},
    remove() {},
  };
}
