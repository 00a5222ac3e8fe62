/** Entry: one verb, one exit code. */
import { setFlagsFromString } from 'node:v8';
import { type CommandLine, parseCommandLine } from './cli/arguments.js';
import { EXIT, print } from './cli/context.js';
import { doctor } from './cli/doctor.js';
import { enroll } from './cli/enroll.js';
import { helpText } from './cli/help.js';
import { install, uninstall } from './cli/install.js';
import { once } from './cli/once.js';
import { run } from './cli/run.js';
import { status } from './cli/status.js';
import { errorCode, UsageError } from './errors.js';
import { AGENT_VERSION } from './version.js';

/** The verb by which the agent calls itself for facts that cost memory (`host/helper.ts`). */
const INTERNAL_HOST_FACTS = 'internal-host-facts';

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

/** Who reads the output may go away, as `head` does: then there is nothing left to say. */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error) => {
    if (errorCode(error) !== 'EPIPE') throw error;
    process.exit(0);
  });
  process.stderr.on('error', (error) => {
    // The agent goes on sampling without its log.
    if (errorCode(error) !== 'EPIPE') throw error;
  });
}

async function main(): Promise<void> {
  endQuietlyWithoutReader();
  try {
    const args = process.argv.slice(2);
    if (args[0] === INTERNAL_HOST_FACTS) {
      const { askSystemInformation } = await import('./host/ask.js');
      print(await askSystemInformation());
      return;
    }
    process.exitCode = await command(parseCommandLine(args));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`procspy-agent: ${error.message}\n`);
    process.exitCode = EXIT.usage;
  }
}

void main();
