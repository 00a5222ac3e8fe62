/** The top processes at the start of an alert. */
import {
  formatBytes,
  formatPercent,
  type ProcessEvidence,
  UNKNOWN,
} from '../../../src/contracts/index.js';

/** Sorted as the agent sent them, busiest first. */
export function EvidenceTable({ evidence }: { evidence: readonly ProcessEvidence[] }) {
  return (
    <table aria-label="Busiest processes">
      <thead>
        <tr>
          <th scope="col">Process</th>
          <th scope="col">User</th>
          <th scope="col">CPU</th>
          <th scope="col">Memory</th>
        </tr>
      </thead>
      <tbody>
        {evidence.map(({ pid, name, user, cpu, rss_bytes }) => (
          <tr key={pid}>
            <td>
              {name} ({pid})
            </td>
            <td>{user ?? UNKNOWN}</td>
            <td>{formatPercent(cpu)}</td>
            <td>{formatBytes(rss_bytes)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
