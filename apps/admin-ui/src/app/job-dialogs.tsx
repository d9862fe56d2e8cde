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
import {
  focusJob,
  type JobDialogRequest,
  type OpenJobDialog,
} from '../components/job-dialog-request.ts';
import { whenIdle } from '../components/when-idle.ts';

const loadStop = () => import('../features/stop/components/stop-dialog.tsx');
const loadPriority = () => import('../features/priority/components/priority-dialog.tsx');
const loadRerun = () => import('../features/rerun/components/rerun-dialog.tsx');
const StopDialog = lazy(async () => ({ default: (await loadStop()).StopDialog }));
const PriorityDialog = lazy(async () => ({ default: (await loadPriority()).PriorityDialog }));
const RerunDialog = lazy(async () => ({ default: (await loadRerun()).RerunDialog }));

type JobDialogsValue = { openJobDialog: OpenJobDialog; isOpen: boolean };

const JobDialogsContext = createContext<JobDialogsValue>({
  openJobDialog: () => {},
  isOpen: false,
});

/** How a page opens a dialog about a job, and whether one is open. */
export function useJobDialogs(): JobDialogsValue {
  return useContext(JobDialogsContext);
}

/** At most one dialog at a time, on any page; closing it moves focus back to its job. */
export function JobDialogs({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<JobDialogRequest | null>(null);
  const close = useCallback(() => {
    setRequest(null);
    if (request !== null) requestAnimationFrame(() => focusJob(request.jobId));
  }, [request]);
  const value = useMemo(() => ({ openJobDialog: setRequest, isOpen: request !== null }), [request]);

  // Load the dialogs early, so that a stop still works when the network starts to fail.
  useEffect(
    () =>
      whenIdle(() => {
        void loadStop();
        void loadPriority();
        void loadRerun();
      }),
    [],
  );

  return (
    <JobDialogsContext value={value}>
      {children}
      <Suspense>
        {request?.dialog === 'priority' && <PriorityDialog id={request.jobId} onClose={close} />}
        {request?.dialog === 'rerun' && (
          <RerunDialog key={request.jobId} id={request.jobId} onClose={close} />
        )}
        {(request?.dialog === 'stop' || request?.dialog === 'receipt') && (
          <StopDialog
            key={request.jobId}
            id={request.jobId}
            startWithReceipt={request.dialog === 'receipt'}
            onClose={close}
          />
        )}
      </Suspense>
    </JobDialogsContext>
  );
}
