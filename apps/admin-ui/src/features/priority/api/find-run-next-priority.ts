import { PRIORITY } from '@renderdeck/contract';
import { useMutation } from '@tanstack/react-query';
import { useApi } from '../../../api/api.ts';

/** The lowest priority that gives position 1, else the highest priority; at most 7 requests. */
async function findRunNextPriority(
  positionAt: (priority: number) => Promise<number>,
): Promise<number> {
  let low: number = PRIORITY.min;
  let high: number = PRIORITY.max;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((await positionAt(middle)) === 1) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Finds the "Run next" priority of a job by previews, which change nothing on the server. */
export function useFindRunNextPriority(id: string, onFound: (priority: number) => void) {
  const { client } = useApi();
  return useMutation({
    mutationFn: () =>
      findRunNextPriority(
        async (priority) => (await client.previewPriority.query({ id, priority })).position.after,
      ),
    onSuccess: onFound,
  });
}
