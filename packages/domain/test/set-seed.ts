/* Vitest runs this before each test file of the rules: every run has the same random inputs. */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.RENDERDECK_TEST_SEED ?? 1) });
