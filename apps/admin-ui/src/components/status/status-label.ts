export { PROOF_LIMIT_MS, type StatusLabel, statusLabel } from '@renderdeck/contract';
