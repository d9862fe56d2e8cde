import type { WireJob } from '@renderdeck/contract';
import { submitSample } from '../samples.ts';
import { sample, type TourContext } from './tour-context.ts';

/** Submits two more jobs and moves the last one to the front of the queue. */
export async function raisePriority(
  { farm, client, transcript }: TourContext,
  waiting: WireJob,
): Promise<void> {
  const { api } = client;
  transcript.step('Two more are submitted, and the last one moves up.');
  await submitSample(api, farm.folders, sample('teaser', 200));
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
    jobs[0]?.id === last.id && jobs[1]?.id === waiting.id,
    'and the list shows the same',
  );
}
