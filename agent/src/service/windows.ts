/** The scheduled task of Windows (Task Scheduler schema 1.2): starts with the machine, without a window. */
import type { AgentConfig } from '../config.js';
import type { Program } from './program.js';
import { settingsFile } from './settings-file.js';
import type { Step } from './steps.js';
import { escapeXml } from './xml.js';

// `commands.ts` names these paths as well: its commands are fixed.
const DATA = 'C:\\ProgramData\\procspy-agent';
const TASK = `${DATA}\\task.xml`;
const SETTINGS = `${DATA}\\config.json`;
const STATE = `${DATA}\\state`;

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
  const steps: Step[] = [{ do: 'folder', path: DATA, mode: 0o700 }];
  const options = `run --config "${SETTINGS}"`;
  let args = options;
  let command = `${DATA}\\procspy-agent.exe`;
  if (program.bundle === null) {
    steps.push({ do: 'copy', from: program.executable, path: command, mode: 0o755 });
  } else {
    command = `${DATA}\\node.exe`;
    const bundle = `${DATA}\\procspy-agent.mjs`;
    steps.push(
      { do: 'copy', from: program.executable, path: command, mode: 0o755 },
      { do: 'copy', from: program.bundle, path: bundle, mode: 0o644 },
    );
    args = `--max-old-space-size=96 "${bundle}" ${options}`;
  }
  steps.push(
    { do: 'folder', path: STATE, mode: 0o700 },
    { do: 'write', path: SETTINGS, mode: 0o600, text: settingsFile(config, STATE), secret: true },
    { do: 'write', path: TASK, mode: 0o600, text: taskXml(command, args), utf16: true },
    { do: 'run', command: 'windowsProtect' },
    { do: 'run', command: 'taskEnd', optional: true },
    { do: 'run', command: 'taskCreate' },
    { do: 'run', command: 'taskRun' },
  );
  return steps;
}

/** Steps of `uninstall`. */
export function windowsUninstall(keepState: boolean): Step[] {
  const gone: Step[] = keepState
    ? ['node.exe', 'procspy-agent.exe', 'procspy-agent.mjs', 'task.xml', 'config.json'].map(
        (name) => ({ do: 'remove', path: `${DATA}\\${name}` }),
      )
    : [{ do: 'remove', path: DATA }];
  return [
    { do: 'run', command: 'taskEnd', optional: true },
    { do: 'run', command: 'taskDelete', optional: true },
    ...gone,
  ];
}
