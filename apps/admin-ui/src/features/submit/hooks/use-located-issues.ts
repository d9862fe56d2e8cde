import { useQuery } from '@tanstack/react-query';
import type { Issue } from '../draft/check-draft.ts';
import type { LocatedIssue } from '../draft/locate-issues.ts';

/** The issues with their lines in the JSON, in the order of the lines; without lines at first. */
export function useLocatedIssues(text: string, issues: readonly Issue[]): readonly LocatedIssue[] {
  const { data: locate } = useQuery({
    queryKey: ['locate issues'],
    queryFn: async () => (await import('../draft/locate-issues.ts')).locateIssues,
    staleTime: Number.POSITIVE_INFINITY,
    enabled: issues.length > 0,
  });
  if (locate === undefined || issues.length === 0)
    return issues.map((issue) => ({ ...issue, place: null }));
  const lineOf = ({ place }: LocatedIssue) => place?.line ?? 0;
  return locate(text, issues).toSorted((a, b) => lineOf(a) - lineOf(b));
}
