/** What a process prints, in whole lines: a chunk may end in the middle of what a test looks for. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** Gathers the lines that one or several processes print on the streams that are piped to us. */
export class ProcessOutput {
  /** Every whole line so far, each with its end. */
  text = '';

  /** Reads on from `child`; `onLine` is told of each of its lines. */
  follow({ stdout, stderr }: ChildProcess, onLine: (line: string) => void = () => undefined): void {
    for (const stream of [stdout, stderr]) {
      if (stream) this.read(stream, onLine);
    }
  }

  private read(stream: Readable, onLine: (line: string) => void): void {
    let rest = '';
    const take = (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        this.text += `${line}\n`;
        onLine(line);
      }
    };
    stream
      .setEncoding('utf8')
      .on('data', take)
      .on('end', () => rest !== '' && take('\n'));
  }
}
