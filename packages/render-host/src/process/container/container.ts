/** What can hold a whole tree: a cgroup v2, a launcher that adopts orphans, a Windows Job Object, or nothing. */
export type ContainerKind = 'cgroup' | 'subreaper' | 'jobObject' | 'none';

/** Where a tree is held; plain JSON, kept with the attempt. */
export type ContainerRecord = { kind: ContainerKind; path: string | null };

/** The strongest container this host allows, and a sentence for people that says why it is that one. */
export async function detectContainer(): Promise<{ kind: ContainerKind; detail: string }> {
  throw new Error('detecting the container is not built yet');
}
