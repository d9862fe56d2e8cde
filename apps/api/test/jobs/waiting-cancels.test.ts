import { testWaitingCancels } from './waiting-cancels.testsuite.ts';

testWaitingCancels(200);
