import { visibleText } from '@renderdeck/contract';

/**
 * A name that somebody else chose: of a job, a host, a user, a file. It is isolated, so that its
 * direction turns nothing beside it, and shows what a page would obey (`\u202e`).
 */
export function Name({ of }: { of: string }) {
  return <bdi>{visibleText(of)}</bdi>;
}
