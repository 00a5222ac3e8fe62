/** Readers of `/live` in a process of their own: they subscribe, and count the samples they get. */
import { io } from 'socket.io-client';
import { quantile } from './statistics.mjs';

let sockets = [];
let delivered = 0;
let delays = [];

async function open({ url, token, readers, machine_ids }) {
  sockets = Array.from({ length: readers }, () =>
    io(`${url}/live`, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
    }),
  );
  await Promise.all(
    sockets.map(
      (socket, index) =>
        new Promise((resolve, reject) => {
          socket.on('connect_error', reject);
          socket.on('metrics', (samples) => {
            delivered += samples.length;
            if (index === 0) {
              const now = Date.now();
              for (const { sample } of samples) delays.push(now - Date.parse(sample.timestamp));
            }
          });
          socket.emit('subscribe', { machine_ids }, (answer) =>
            answer.ok ? resolve() : reject(new Error(answer.message)),
          );
        }),
    ),
  );
  process.send({ opened: readers });
}

process.on('message', (message) => {
  if (message.open) {
    open(message.open).catch((error) => process.send({ error: error.stack }));
  } else {
    process.send({ delivered, p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) });
    delivered = 0;
    delays = [];
  }
});
