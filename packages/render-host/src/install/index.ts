/**
 * How the commands `install` of the API and of the worker let the system of this machine run their
 * program: steps as data, which a dry run prints and tests compare (take-steps.ts), and the unit of
 * systemd (systemd-unit.ts). Nothing here starts, ends or deletes a render, so the API may import
 * it.
 */
export type { InstallStep } from './install-step.ts';
export { explainFacts, systemdUnit, unitFileOf } from './systemd-unit.ts';
export { takeSteps } from './take-steps.ts';
export { findUserIds, makeUser } from './unit-user.ts';
