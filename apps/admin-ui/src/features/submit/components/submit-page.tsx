import { Box, Text } from '@mantine/core';
import { type Json, type MeOutput, NAMED_BY_JOB, writeSecretPath } from '@renderdeck/contract';
import { Link } from '@tanstack/react-router';
import { errorMessage } from '../../../api/describe-failure.ts';
import { useJobDetails } from '../../../api/get-job.ts';
import { useMe } from '../../../api/me.ts';
import { mayRerunOrder } from '../../../components/job-dialog-request.ts';
import { LinkButton } from '../../../components/link-button.tsx';
import { Name } from '../../../components/name.tsx';
import { PageHeading } from '../../../components/page-heading.tsx';
import type { Source } from '../draft/check-draft.ts';
import { nameOf, writeJobText } from '../draft/job-value.ts';
import { draftPlace } from '../draft/stored-draft.ts';
import { SubmitDraft } from './submit-draft.tsx';
import type { SubmitView } from './submit-search.ts';

type View = { readonly view: SubmitView; readonly onView: (view: SubmitView) => void };
type Props = View & { readonly from: string | null };

/** A new job: from nothing, or from an earlier one whose id is `from`. */
export function SubmitPage({ from, ...view }: Props) {
  const me = useMe();
  const { can, admins, user } = me;
  return (
    <Box maw={720}>
      <PageHeading title="Submit" />
      {!can.submit && (
        <p>
          You may not submit. Ask {admins.length === 0 ? 'an admin' : admins.join(' or ')} for the
          right.
        </p>
      )}
      {can.submit && from === null && (
        <SubmitDraft place={draftPlace(user.name, null)} filled={{}} source={null} {...view} />
      )}
      {can.submit && from !== null && <FromJob id={from} me={me} {...view} />}
    </Box>
  );
}

function FromJob({ id, me, ...view }: View & { id: string; me: MeOutput }) {
  const user = me.user.name;
  const { data, isError, error, refetch } = useJobDetails(id);
  if (data === undefined)
    return isError ? (
      <p role="alert">
        The job was not loaded. {errorMessage(error)}{' '}
        <LinkButton onClick={() => void refetch()}>Try again</LinkButton>
      </p>
    ) : (
      <p role="status">Loading the job…</p>
    );
  const { job, hidden, secretsDeletedAt } = data;
  const shown: Json = JSON.parse(JSON.stringify(data.nexrenderJob ?? {}));
  const areDeleted = secretsDeletedAt !== null;
  const source = mayRerunOrder(job, me) ? { id, shown, hidden, areDeleted } : null;
  const filled = {
    name: job.name,
    priority: String(job.priority),
    text: writeJobText(shown),
    secrets: hidden
      .filter(({ kinds }) => kinds.includes(NAMED_BY_JOB))
      .map(({ path }) => writeSecretPath(path))
      .join('\n'),
    hidden: hidden.map(({ path }) => nameOf(path)),
  };
  return (
    <>
      <Text size="sm" c="dimmed">
        From job{' '}
        <Link to="/jobs/$id" params={{ id }}>
          <Name of={job.name} />
        </Link>
        . {describeSecrets(hidden.length, source)}
      </Text>
      <SubmitDraft place={draftPlace(user, id)} filled={filled} source={source} {...view} />
    </>
  );
}

/** What happens to the secrets of the earlier job; nothing if it has none. */
function describeSecrets(count: number, source: Source | null): string {
  if (count === 0) return '';
  if (source === null) return 'Its secrets are hidden: type them again.';
  if (source.areDeleted) return 'Its secrets were deleted: type them again.';
  return (
    'Its secrets stay hidden (•••). The new job gets them where you change nothing around ' +
    'them.'
  );
}
