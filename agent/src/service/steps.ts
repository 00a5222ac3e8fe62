/** What installing comes down to: a list of steps that can be shown before they are done. */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type CommandName, runCommand, showCommand } from '../shared/commands.js';
import { errorCode, errorMessage } from '../shared/errors.js';

/** One thing that is done to the system. */
export type Step =
  | { do: 'folder'; path: string; mode: number; owner?: number }
  | {
      do: 'write';
      path: string;
      mode: number;
      text: string;
      secret?: boolean;
      utf16?: boolean;
      owner?: number;
    }
  | { do: 'copy'; from: string; path: string; mode: number }
  /** `optional`: there may be nothing to do, such as stopping what does not run. */
  | { do: 'run'; command: CommandName; optional?: boolean }
  | { do: 'remove'; path: string };

const COMMAND_TIMEOUT_MS = 60_000;

/** The step in words; secrets stay hidden. */
export function describeStep(step: Step): string {
  switch (step.do) {
    case 'folder':
      return `create folder ${step.path} (mode ${step.mode.toString(8)})`;
    case 'write': {
      const text = step.secret ? withoutSecrets(step.text) : step.text;
      const body = text.trimEnd().replace(/^/gm, '    ');
      return `write ${step.path} (mode ${step.mode.toString(8)})\n${body}`;
    }
    case 'copy':
      return `copy ${step.from} to ${step.path} (mode ${step.mode.toString(8)})`;
    case 'run':
      return `run ${showCommand(step.command)}`;
    case 'remove':
      return `remove ${step.path}`;
  }
}

/** Hides keys, and the passwords of proxies. */
function withoutSecrets(text: string): string {
  return text.replace(/(KEY"?[=:]\s*"?)[^\s"]+/gi, '$1…').replace(/:\/\/[^\s"/]+@/g, '://…@');
}

/** Does the steps in order and tells of each. Throws at the first that fails, naming it. */
export async function performSteps(
  steps: readonly Step[],
  report: (line: string) => void,
): Promise<void> {
  for (const step of steps) {
    const line = describeStep(step).split('\n')[0] ?? '';
    try {
      await doStep(step);
      report(line);
    } catch (error) {
      if (step.do === 'run' && step.optional) {
        report(`${line}: not needed`);
        continue;
      }
      throw new Error(`cannot ${line}: ${errorMessage(error)}`);
    }
  }
}

async function doStep(step: Step): Promise<void> {
  switch (step.do) {
    case 'folder':
      mkdirSync(step.path, { recursive: true, mode: step.mode });
      chmodSync(step.path, step.mode);
      if (step.owner !== undefined) chownSync(step.path, step.owner, step.owner);
      return;
    case 'write':
      writeNew(step.path, step.utf16 ? `\ufeff${step.text}` : step.text, step.mode, step.utf16);
      if (step.owner !== undefined) chownSync(step.path, step.owner, step.owner);
      return;
    case 'copy':
      copyProgram(step.from, step.path, step.mode);
      return;
    case 'run':
      await runCommand(step.command, COMMAND_TIMEOUT_MS);
      return;
    case 'remove':
      // Windows lets go of a program's files a moment after its end.
      rmSync(step.path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      return;
  }
}

/** A running program's file cannot be overwritten, but replaced; at no moment is there none. */
function copyProgram(from: string, path: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  // `install` may be called of the very program that it installed.
  if (existsSync(path) && realpathSync(from) === realpathSync(path)) return;
  const fresh = `${path}.new`;
  copyFileSync(from, fresh);
  chmodSync(fresh, mode);
  renameSync(fresh, path);
}

/** A file that holds a key is never readable by others, not even for a moment. */
function writeNew(path: string, text: string, mode: number, utf16 = false): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  try {
    unlinkSync(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  writeFileSync(path, text, { mode, encoding: utf16 ? 'utf16le' : 'utf8' });
  chmodSync(path, mode);
}
