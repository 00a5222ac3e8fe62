/** Entry: one verb, one exit code. */
import { setFlagsFromString } from 'node:v8';
import { type CommandLine, parseCommandLine } from './cli/arguments.js';
import { EXIT, print } from './cli/context.js';
import { helpText } from './cli/help.js';
import { once } from './cli/once.js';
import { run } from './cli/run.js';
import { UsageError } from './errors.js';
import { AGENT_VERSION } from './version.js';

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
    default:
      throw new UsageError(`${line.verb} is not there yet`);
  }
}

async function main(): Promise<void> {
  try {
    process.exitCode = await command(parseCommandLine(process.argv.slice(2)));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`procspy-agent: ${error.message}\n`);
    process.exitCode = EXIT.usage;
  }
}

void main();
