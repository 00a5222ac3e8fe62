/** The agent's own benchmark, run as it is. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SCRIPT = fileURLToPath(new URL('../agent.mjs', import.meta.url));

/** CPU time against node_exporter, memory against bare Node. */
export const agent = {
  name: 'agent',
  async run({ quick }) {
    const seconds = quick ? 15 : 60;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [SCRIPT, '--json', `--seconds=${seconds}`],
      { timeout: (seconds + 60) * 1_000 },
    );
    const { rows } = JSON.parse(stdout);
    const row = (name) => rows.find((candidate) => candidate.name === name);
    const own = row('procspy-agent');
    const exporter = row('node_exporter');
    return [
      {
        what: 'agent at 1 s: CPU time in a second',
        value: own.cpu_percent * 10,
        reference: exporter && exporter.cpu_percent * 10,
        unit: 'ms',
        target: exporter && { atMost: 0.5 },
        note: exporter
          ? 'the reference is node_exporter, scraped once a second'
          : "not compared: install Debian's prometheus-node-exporter",
      },
      {
        what: 'agent: resident memory',
        value: own.rss_mb,
        reference: row('bare node').rss_mb,
        unit: 'MB',
        target: { atMost: 1.3 },
        note: 'the reference is a bare Node process',
      },
    ];
  },
};
