import { ActionButton } from '../../../components/action-button.tsx';
import { useServerAway } from '../../../live/use-server-away.ts';
import type { useSubmission } from '../api/use-submission.ts';
import styles from './submit.module.css';

type Props = Pick<ReturnType<typeof useSubmission>, 'isSending' | 'isUnconfirmed' | 'openFailure'>;

/** Sends the draft; says what is known of it while it is on its way. */
export function SubmitButton({ isSending, isUnconfirmed, openFailure }: Props) {
  const isAway = useServerAway() !== null;
  return (
    <div className={styles.buttons}>
      <ActionButton
        type="submit"
        aria-disabled={isSending || undefined}
        aria-describedby="submit-state"
        onClick={(event) => {
          if (isSending) event.preventDefault();
        }}
      >
        Submit
      </ActionButton>
      <p id="submit-state" role="status">
        {isUnconfirmed && 'Sent, not confirmed. Checking…'}
        {isSending && !isUnconfirmed && 'Sending…'}
        {openFailure !== null && !isSending && `Not confirmed. ${openFailure.detail}`}
        {isAway && !isSending && 'No answer from the server. Your draft is kept in this tab.'}
      </p>
    </div>
  );
}
