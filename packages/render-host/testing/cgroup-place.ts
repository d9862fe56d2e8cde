import { explainCgroup } from '../src/process/container/cgroup.ts';

const place = explainCgroup();
/** For a test's title: why no cgroup can be made here. Empty when it can. */
export const noCgroup = place.ok ? '' : ` (left out: ${place.reason})`;
/** The cgroup in which a worker makes those of its attempts. */
export const parentCgroup = place.ok ? place.parent : '';
