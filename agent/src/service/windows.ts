/** The scheduled task of Windows (Task Scheduler schema 1.2): starts with the machine, without a window. */
import type { AgentConfig } from '../config/config.js';
import { type Program, placeProgram } from './program.js';
import { settingsFile } from './settings-file.js';
import type { Step } from './steps.js';
import { escapeXml } from './xml.js';

// `commands.ts` names these paths as well: its commands are fixed.
const DATA = 'C:\\ProgramData\\procspy-agent';
const inData = (name: string) => `${DATA}\\${name}`;
const TASK = inData('task.xml');
const SETTINGS = inData('config.json');
const STATE = inData('state');

/** The task's XML. LOCAL SERVICE (S-1-5-19) is the least privileged account that can run it. */
export function taskXml(command: string, args: string): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Sends this machine's state to a procspy server</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>S-1-5-19</UserId>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>${escapeXml(command)}</Command>
      <Arguments>${escapeXml(args)}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** Steps of `install`. */
export function windowsInstall(program: Program, config: AgentConfig): Step[] {
  const { steps, command, caFile } = placeProgram(program, inData, { suffix: '.exe' });
  const [executable = '', ...rest] = [...command, 'run', '--config', SETTINGS];
  const args = rest.map((word) => (word.includes('\\') ? `"${word}"` : word)).join(' ');
  return [
    // Windows keeps the files of a running program: the task ends before they are replaced.
    { do: 'run', command: 'taskEnd', optional: true },
    { do: 'folder', path: DATA, mode: 0o700 },
    ...steps,
    { do: 'folder', path: STATE, mode: 0o700 },
    {
      do: 'write',
      path: SETTINGS,
      mode: 0o600,
      text: settingsFile(config, caFile, STATE),
      secret: true,
    },
    { do: 'write', path: TASK, mode: 0o600, text: taskXml(executable, args), utf16: true },
    { do: 'run', command: 'windowsProtect' },
    { do: 'run', command: 'windowsOpenState' },
    { do: 'run', command: 'taskCreate' },
    { do: 'run', command: 'taskRun' },
  ];
}

/** Steps of `uninstall`. */
export function windowsUninstall(keepState: boolean): Step[] {
  const gone: Step[] = keepState
    ? [
        'node.exe',
        'procspy-agent.exe',
        'procspy-agent.mjs',
        'ca.pem',
        'task.xml',
        'config.json',
      ].map((name) => ({ do: 'remove', path: inData(name) }))
    : [{ do: 'remove', path: DATA }];
  return [
    { do: 'run', command: 'taskEnd', optional: true },
    { do: 'run', command: 'taskDelete', optional: true },
    ...gone,
  ];
}
