/** Starts the reference for pushes as a process of its own. */
import { fileURLToPath } from 'node:url';
import { nextMessage, startScript, stop } from '../lib/processes.mjs';

const SCRIPT = fileURLToPath(new URL('./fastify-copy.mjs', import.meta.url));
const START_TIMEOUT_MS = 20_000;

/** Answers a server that knows `machines`, on an empty database. */
export async function startReference(databaseUrl, machines) {
  const child = startScript(SCRIPT, {
    env: {
      DATABASE_URL: databaseUrl,
      MACHINES: JSON.stringify(machines.map(({ machine_id }) => machine_id)),
    },
  });
  const { url } = await nextMessage(child, (message) => message.url, START_TIMEOUT_MS);
  return { name: 'reference', url, pid: child.pid, stop: () => stop(child) };
}
