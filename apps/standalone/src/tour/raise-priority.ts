import type { WireJob } from '@renderdeck/contract';
import { submitSample } from '../samples.ts';
import { sample, type TourContext, WAIT_MS } from './tour-context.ts';

/**
 * Submits three more jobs and moves the last one to the front of the queue. Before that `long`
 * renders: so nothing leaves the queue meanwhile, also where the machine is slow.
 */
export async function raisePriority(
  { farm, client, watch, transcript }: TourContext,
  long: WireJob,
): Promise<void> {
  const { api } = client;
  transcript.step('Three more are submitted, and the last one moves up.');
  await watch.until('Its start', long.id, (seen) => seen?.status === 'RENDERING', WAIT_MS);
  const teaser = await submitSample(api, farm.folders, sample('teaser', 200));
  await submitSample(api, farm.folders, sample('promo', 200));
  const last = await submitSample(api, farm.folders, sample('trailer', 200));
  const preview = await api.previewPriority.query({ id: last.id, priority: 90 });
  const { receipt, newPosition } = await api.setPriority.mutate({
    id: last.id,
    priority: 90,
    expectedVersion: last.version,
  });
  const { priority, position, version } = receipt;
  const priorities = `priority ${priority.before} → ${priority.after}`;
  const positions = `position ${position.before} → ${position.after}`;
  transcript.print(`${last.name}: ${priorities}, ${positions}, version ${version}`);
  transcript.check(position.before === 3 && newPosition === 1, 'it stood third and is next');
  transcript.check(preview.position.after === newPosition, 'as the preview had said');
  const { jobs } = await api.listJobs.query({ status: 'QUEUED' });
  transcript.check(
    jobs[0]?.id === last.id && jobs[1]?.id === teaser.id,
    'and the list shows the same',
  );
}
