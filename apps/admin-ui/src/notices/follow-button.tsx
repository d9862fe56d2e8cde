import { Button } from '@mantine/core';
import { followJob, useNoticeSettings } from './notice-settings.ts';

/** Follows a job: this browser shows a notice when it ends. Hidden while notices are off. */
export function FollowButton({ jobId }: { jobId: string }) {
  const { on, followed } = useNoticeSettings();
  const follows = followed.includes(jobId);
  if (!on) return null;
  return (
    <Button
      size="xs"
      variant="default"
      aria-pressed={follows}
      onClick={() => followJob(jobId, !follows)}
    >
      {follows ? 'Following' : 'Follow'}
    </Button>
  );
}
