import { launchAgent } from '../src/commands/install/launch-agent.ts';
import { scheduledTask } from '../src/commands/install/scheduled-task.ts';
import { workerUnit } from '../src/commands/install/worker-unit.ts';

/** How the system runs the folder, with places that the scripts of the folder fill in. */
export const HOST_UNITS = {
  win32: {
    'windows-task.xml': scheduledTask({
      ...{ user: '{USER}', command: '{COMMAND}', arguments: '{ARGUMENTS}', folder: '{FOLDER}' },
    }),
  },
  linux: {
    'renderdeck-worker.service':
      '# /opt/renderdeck/current is a link to a host folder; settings.env is beside the link.\n' +
      workerUnit({
        ...{ host: null, user: 'renderdeck', folder: '/opt/renderdeck', settings: null },
        command: ['/opt/renderdeck/current/worker'],
      }),
  },
  darwin: {
    'macos-agent.plist': launchAgent({
      ...{ command: ['{FOLDER}/worker'], folder: '{BASE}', log: '{LOGS}/worker.log' },
      settings: null,
    }),
  },
} as const satisfies Record<string, Record<string, string>>;
