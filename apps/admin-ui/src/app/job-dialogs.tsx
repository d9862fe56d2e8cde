import {
  createContext,
  lazy,
  type ReactNode,
  Suspense,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { focusJob } from '../components/focus-job.ts';
import type { AskAboutJob, JobQuestion } from '../components/job-question.ts';

const loadStop = () => import('../features/stop/stop-dialog.tsx');
const loadPriority = () => import('../features/priority/priority-dialog.tsx');
const StopDialog = lazy(async () => ({ default: (await loadStop()).StopDialog }));
const PriorityDialog = lazy(async () => ({ default: (await loadPriority()).PriorityDialog }));

const AskContext = createContext<{ ask: AskAboutJob; open: boolean }>({
  ask: () => {},
  open: false,
});

/** How a page opens a dialog about a job, and whether one is open. */
export function useAsk(): { ask: AskAboutJob; open: boolean } {
  return useContext(AskContext);
}

/** The one dialog that may be open, over whatever page; focus goes back to the job it was about. */
export function JobDialogs({ children }: { children: ReactNode }) {
  const [question, setQuestion] = useState<JobQuestion | null>(null);
  const close = useCallback(() => {
    setQuestion(null);
    if (question !== null) requestAnimationFrame(() => focusJob(question.id));
  }, [question]);
  const value = useMemo(() => ({ ask: setQuestion, open: question !== null }), [question]);

  // Loaded before anybody needs to stop something while the network fails.
  useEffect(() => {
    void loadStop();
    void loadPriority();
  }, []);

  return (
    <AskContext value={value}>
      {children}
      <Suspense>
        {question?.about === 'priority' && <PriorityDialog id={question.id} onClose={close} />}
        {question !== null && question.about !== 'priority' && (
          <StopDialog
            key={question.id}
            id={question.id}
            startWithReceipt={question.about === 'receipt'}
            onClose={close}
          />
        )}
      </Suspense>
    </AskContext>
  );
}
