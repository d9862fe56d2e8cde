export { PROOF_LIMIT_MS, type StatusLabel, statusLabel, stoppedLabel } from '@renderdeck/contract';
