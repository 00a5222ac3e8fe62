/** `status`: the state of the running agent, from the file that it writes. */
import { StateLock } from '../identity/lock.js';
import { formatCount, formatDuration, formatSize } from '../shared/units.js';
import { type AgentStatus, readStatus } from '../status-file.js';
import type { CommandLine } from './arguments.js';
import { EXIT, print, readConfig, serviceElsewhere } from './context.js';

/** Prints the state; answers 0 if it delivers, 1 if it does not, 3 if no agent runs. */
export async function status({ flags }: CommandLine): Promise<number> {
  const config = readConfig(flags);
  const pid = new StateLock(config.stateDir).holder();
  const last = readStatus(config.stateDir);
  const current = last !== null && last.pid === pid ? last : null;
  const running = pid !== null;
  if (flags.json) print({ running, pid, status: last });
  else {
    for (const line of statusLines(pid, current ?? last, Date.now(), config.stateDir)) print(line);
    const elsewhere = running ? null : serviceElsewhere(config);
    if (elsewhere) print(elsewhere);
  }
  if (!running) return EXIT.notRunning;
  return current === null || ['starting', 'delivering'].includes(current.delivery.state)
    ? 0
    : EXIT.failed;
}

/** The state in words. */
export function statusLines(
  pid: number | null,
  last: AgentStatus | null,
  nowMs: number,
  stateDir: string,
): string[] {
  const ago = (iso: string | number) =>
    `${formatDuration(Math.max(0, nowMs - new Date(iso).getTime()))} ago`;
  const lines = [
    pid === null ? `no agent runs with ${stateDir}` : `an agent runs (process ${pid})`,
  ];
  if (!last) return lines;
  const { delivery, spool } = last;
  lines.push(`as of ${ago(last.written_at)}:`);
  lines.push(`  server     ${last.server}`);
  lines.push(`  machine    ${last.machine_id ?? 'not registered yet'}`);
  lines.push(`  state      ${delivery.state}${delivery.problem ? `: ${delivery.problem}` : ''}`);
  const when = delivery.lastDeliveredMs === null ? 'never' : ago(delivery.lastDeliveredMs);
  lines.push(`  delivered  ${formatCount(delivery.delivered, 'sample')}, last ${when}`);
  const room = spool.pending > 0 ? `, ${formatSize(spool.bytes)} in the spool` : '';
  lines.push(`  waiting    ${formatCount(spool.pending, 'sample')}${room}`);
  if (delivery.setAside > 0) {
    lines.push(
      `  set aside  ${formatCount(delivery.setAside, 'sample')} on which the server fails; tried again from time to time`,
    );
  }
  const lost = [
    [spool.dropped, 'given up because the spool was full'],
    [spool.damaged, 'lost to damaged files'],
    [delivery.refused, 'refused by the server'],
  ] as const;
  for (const [count, how] of lost)
    if (count > 0) lines.push(`  lost       ${formatCount(count, 'sample')} ${how}`);
  if (spool.diskError) lines.push(`  disk       ${spool.diskError}; samples wait in memory`);
  lines.push(
    `  uses       ${formatSize(last.memory_bytes)} of memory, ${last.cpu_seconds} s of CPU time since ${last.started_at}`,
  );
  for (const { name, error } of last.collectors)
    if (error) lines.push(`  ${name.padEnd(10)} ${error}`);
  return lines;
}
