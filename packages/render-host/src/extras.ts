/**
 * What depends on the core: acceptance and the self-test (ARCHITECTURE.md). The core may not import
 * this entry point.
 */
export type { Probe, ProbeResult } from './acceptance/probe.ts';
export { ACCEPTANCE_PROBES, runProbes } from './acceptance/run-probes.ts';
export { type SelfTest, selfTestKill } from './self-test/self-test-kill.ts';
