/** Entry point: runs one command and sets the exit code. */
import { setFlagsFromString } from 'node:v8';
import { type CommandLine, parseCommandLine } from './cli/arguments.js';
import { EXIT, print } from './cli/context.js';
import { doctor } from './cli/doctor.js';
import { enroll } from './cli/enroll.js';
import { helpText } from './cli/help.js';
import { install, uninstall } from './cli/install.js';
import { once } from './cli/once.js';
import { run } from './cli/run.js';
import { notifyAgentOfSleep } from './cli/sleep.js';
import { status } from './cli/status.js';
import { threadsBlockedOnDevices } from './sampling/collectors/device-reads.js';
import { statRemoteFilesystems } from './sampling/collectors/linux/remote-filesystems.js';
import { SELF } from './shared/commands.js';
import { errorCode, UsageError } from './shared/errors.js';
import { rootsOf } from './shared/roots.js';
import { AGENT_VERSION } from './shared/version.js';

/** Longer than the parent process waits. By then nobody is left to end this process if it hangs. */
const HANGING_MS = 30_000;

/** A device that is merely slow answers within this time. */
const SLOW_DEVICE_MS = 1_000;

/** Runs an internal command (`SELF` in `commands.ts`); false if `word` is none of them. */
async function runInternalCommand(word: string | undefined): Promise<boolean> {
  switch (word) {
    case SELF.hostFacts: {
      const { readSystemInformation } = await import('./host/system-information.js');
      print(await readSystemInformation());
      return true;
    }
    case SELF.remoteFilesystems:
    case SELF.automountedFilesystems:
      // A process with a blocked thread cannot end in any other way.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), HANGING_MS).unref();
      await statRemoteFilesystems(
        print,
        word === SELF.automountedFilesystems,
        rootsOf(process.env.PROCSPY_HOST_ROOT ?? null),
      );
      return true;
    case SELF.beforeSleep:
      await notifyAgentOfSleep('before');
      return true;
    case SELF.afterSleep:
      await notifyAgentOfSleep('after');
      return true;
    default:
      return false;
  }
}

async function command(line: CommandLine): Promise<number> {
  switch (line.verb) {
    case 'help':
      print(helpText(line.about));
      return 0;
    case 'version':
      print(AGENT_VERSION);
      return 0;
    case 'run':
      // An agent idles: compiled code would cost memory and save nothing (docs/agent.md).
      setFlagsFromString('--lite-mode');
      return run(line);
    case 'once':
      return once(line);
    case 'enroll':
      return enroll(line);
    case 'install':
      return install(line);
    case 'uninstall':
      return uninstall(line);
    case 'status':
      return status(line);
    case 'doctor':
      return doctor(line);
  }
}

/** The reader of the output may close it, as `head` does: the command then ends without an error. */
function tolerateClosedOutput(): void {
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') throw error;
    process.exit(0);
  });
  process.stderr.on('error', (error) => {
    // The agent continues without its log.
    if (errorCode(error) !== 'EPIPE') throw error;
  });
}

/**
 * Node cannot end, not even by `process.exit`, while one of its threads waits for a device that does not
 * answer. This waits for a slow device and kills the process if one hangs.
 */
async function exitDespiteBlockedDevices(): Promise<void> {
  const deadlineMs = performance.now() + SLOW_DEVICE_MS;
  while (threadsBlockedOnDevices() > 0) {
    if (performance.now() >= deadlineMs) {
      await flushed(process.stdout);
      await flushed(
        process.stderr,
        'procspy-agent: a device does not answer and holds this process, which is killed instead of ended\n',
      );
      process.kill(process.pid, 'SIGKILL');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function flushed(stream: NodeJS.WriteStream, text = ''): Promise<void> {
  return new Promise((resolve) => {
    stream.write(text, () => resolve());
  });
}

async function main(): Promise<void> {
  tolerateClosedOutput();
  try {
    const args = process.argv.slice(2);
    if (await runInternalCommand(args[0])) return;
    process.exitCode = await command(parseCommandLine(args));
    await exitDespiteBlockedDevices();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`procspy-agent: ${error.message}\n`);
    process.exitCode = EXIT.usage;
  }
}

void main();
