/**
 * The reference for live delivery: a bare Socket.IO server that sends each sample to its machine's
 * room when it comes. The samples come from a timer: no HTTP, no database, no authentication.
 *
 *   env: MACHINES (a JSON list of machine ids), PER_SECOND (samples of all machines)
 */
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { METRICS } from './columns.mjs';

const machines = JSON.parse(process.env.MACHINES);
const perSecond = Number(process.env.PER_SECOND);
const server = createServer();
const live = new Server(server, { transports: ['websocket'], perMessageDeflate: false }).of(
  '/live',
);

live.on('connection', (socket) => {
  socket.on('subscribe', ({ machine_ids }, acknowledge) => {
    socket.join(machine_ids);
    acknowledge({ ok: true, snapshot: [] });
  });
});

const known = { cpu: 25.3, ram: 40.5, disk: 70.2, network_in: 1200, network_out: 800 };
const startedAt = performance.now();
let sent = 0;
const timer = setInterval(() => {
  const due = ((performance.now() - startedAt) * perSecond) / 1000;
  for (; sent < due; sent++) {
    const machine_id = machines[sent % machines.length];
    const sample = { timestamp: new Date().toISOString() };
    for (const name of METRICS) sample[name] = known[name] ?? null;
    live.to(machine_id).emit('metrics', [{ machine_id, sample }]);
  }
}, 5);

server.listen(0, '127.0.0.1', () => {
  process.send({ url: `http://127.0.0.1:${server.address().port}` });
});
process.on('SIGTERM', () => {
  clearInterval(timer);
  process.exit(0);
});
