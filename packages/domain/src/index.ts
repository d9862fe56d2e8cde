/*
 * The rules of Renderdeck. Pure and synchronous: no clock, no random numbers, no input or output,
 * no throw, no dependency. Time, ids and rows come in as arguments. A rule that says no returns a
 * rejection.
 * Read first: job-transitions.ts (the only table of transitions), then apply-event.ts (a transition
 * with its facts), cancel.ts and priority.ts (what an admin may do), queue-order.ts (which job runs
 * next), cancel-receipt.ts (what an admin is told), actor.ts (which actor may do what).
 *
 * The facts that a host reports are types here, each declared once: stop-report.ts,
 * removal-report.ts, tree-record.ts, usage-history.ts, attempt-steps.ts, attempt-log.ts,
 * transfer.ts.
 */
export * from './actions.ts';
export * from './actor.ts';
export * from './address-group.ts';
export * from './apply-event.ts';
export * from './apply-restore.ts';
export * from './attempt.ts';
export * from './attempt-end.ts';
export * from './attempt-log.ts';
export * from './attempt-report.ts';
export * from './attempt-state.ts';
export * from './attempt-steps.ts';
export * from './audit-entry.ts';
export * from './audit-result.ts';
export * from './audit-seal.ts';
export * from './awaited-host.ts';
export * from './bound-host.ts';
export * from './cached-sources.ts';
export * from './cancel.ts';
export * from './cancel-receipt.ts';
export * from './daemon-stop.ts';
export * from './database-size.ts';
export * from './decide-ask-for-check.ts';
export * from './declare-host-gone.ts';
export * from './disk-watch.ts';
export * from './drain-host.ts';
export * from './end-attempt.ts';
export * from './end-time.ts';
export * from './failure-cause.ts';
export * from './failure-reason.ts';
export * from './forecast-queue.ts';
export * from './forecast-range.ts';
export * from './group-failures.ts';
export * from './hand-over-host.ts';
export * from './hand-over-host.ts';
export * from './host-check.ts';
export * from './host-identity.ts';
export * from './host-invitation.ts';
export * from './host-login.ts';
export * from './host-problem.ts';
export * from './host-record.ts';
export * from './host-registration.ts';
export * from './host-report.ts';
export * from './host-state.ts';
export * from './host-use.ts';
export * from './job.ts';
export * from './job-estimate.ts';
export * from './job-limits.ts';
export * from './job-output.ts';
export * from './job-picture.ts';
export * from './job-rules.ts';
export * from './job-secrets.ts';
export * from './job-sort.ts';
export * from './job-status.ts';
export * from './job-transitions.ts';
export * from './job-view.ts';
export * from './json.ts';
export * from './keep-secrets.ts';
export * from './kept-off.ts';
export * from './lease.ts';
export * from './lease-watch.ts';
export * from './lease-watchers.ts';
export * from './login-limits.ts';
export * from './login-obstacle.ts';
export * from './lost-output.ts';
export * from './measured-row.ts';
export * from './most-counted.ts';
export * from './nexrender-fields.ts';
export * from './nexrender-modules.ts';
export * from './nexrender-priority.ts';
export * from './open-attempt.ts';
export * from './priority.ts';
export * from './publication.ts';
export * from './publish-gate.ts';
export * from './queue-order.ts';
export * from './queue-series.ts';
export * from './redact.ts';
export * from './rejection.ts';
export * from './removal-report.ts';
export * from './render-pace.ts';
export * from './restore.ts';
export * from './resubmit.ts';
export * from './secret-paths.ts';
export { HIDDEN } from './secret-text.ts';
export * from './shape.ts';
export * from './stall-watch.ts';
export * from './stop-report.ts';
export * from './summarise-measures.ts';
export * from './tags.ts';
export * from './time-left.ts';
export * from './transfer.ts';
export * from './tree-record.ts';
export * from './usage-history.ts';
export * from './version.ts';
export * from './visible-text.ts';
export * from './waiting-job.ts';
export * from './wake-up.ts';
export * from './webhook.ts';
