import type { WireHost } from '../procedures/hosts/list-hosts.ts';

/** What this host put out for jobs that the database has lost, one sentence for each attempt. */
export function describeLostOutputs({ lostOutputs }: Pick<WireHost, 'lostOutputs'>): string[] {
  return lostOutputs.map(
    ({ jobId, outputs, isSure }) =>
      `The database lost job ${jobId}, but this host had rendered it. ` +
      `Its output ${isSure ? 'is' : 'may be'} out${outputs.length === 0 ? '' : ': '}` +
      `${outputs.join(', ')}.`,
  );
}
