import { problemOf } from '@renderdeck/client/problem';
import { Link } from '@tanstack/react-router';
import { describeFailure } from '../../../api/describe-failure.ts';

const MAY_BE_QUEUED = 'It may be queued. Press Run again: it is queued once.';

/** Why no new job is shown. All tries have one key: a later one may find the job of the first. */
export function RerunFailure({ error, onOpen }: { error: unknown; onOpen: () => void }) {
  const problem = problemOf(error);
  const jobId = problem?.code === 'idempotency_key_reused' ? problem.facts.jobId : null;
  if (typeof jobId !== 'string') return describeFailure(error, 'Not queued.', MAY_BE_QUEUED);
  return (
    <>
      Not queued with this priority: your first try is queued, with its own.{' '}
      <Link to="/jobs/$id" params={{ id: jobId }} onClick={onOpen}>
        Open the new job
      </Link>
    </>
  );
}
