/** The load generator: a process of its own, plain sockets, one request a connection under way. */
import { connect } from 'node:net';
import { batchPush, singlePush, stamp } from './requests.mjs';
import { quantile } from './statistics.mjs';

const HEAD_END = '\r\n\r\n';
const CONTENT_LENGTH = 'content-length: ';
const DRAIN_TIMEOUT_MS = 20_000;

/** Pushes as one agent after the other, from one connection. */
class Connection {
  constructor(run, pushers) {
    this.run = run;
    this.pushers = pushers;
    this.turn = 0;
    this.received = '';
    this.socket = connect({ host: run.host, port: run.port, noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('connect', () => this.send());
    this.socket.on('data', (text) => this.receive(text));
    this.ended = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('error', (error) => run.fail(error.message));
  }

  send() {
    if (this.run.over) {
      this.socket.end();
      return;
    }
    const pusher = this.pushers[this.turn];
    this.turn = (this.turn + 1) % this.pushers.length;
    if (pusher.times.length > 0) {
      pusher.next = stamp(pusher, Math.max(pusher.next ?? 0, Date.now()));
    }
    this.sentAt = performance.now();
    this.socket.write(pusher.bytes);
  }

  receive(text) {
    this.received = this.received === '' ? text : this.received + text;
    const head = this.received.indexOf(HEAD_END);
    if (head < 0) return;
    const at = this.received.indexOf(CONTENT_LENGTH);
    const length = Number.parseInt(this.received.slice(at + CONTENT_LENGTH.length, at + 24), 10);
    if (this.received.length < head + HEAD_END.length + length) return;
    this.run.answered(this.received, performance.now() - this.sentAt);
    this.received = '';
    if (this.run.pauseMs > 0) setTimeout(() => this.send(), this.run.pauseMs);
    else this.send();
  }
}

class Run {
  latencies = [];
  counted = false;
  over = false;
  failures = 0;
  firstFailure = null;

  constructor({ host, port, pauseMs }) {
    Object.assign(this, { host, port, pauseMs });
  }

  answered(text, latency) {
    if (text[9] !== '2') this.fail(text);
    if (this.counted) this.latencies.push(latency);
  }

  fail(text) {
    this.failures++;
    this.firstFailure ??= text;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const targets = new Map();

/** Keeps the requests of a target; they are made once and used in every round. */
function prepare({ target, machines, connections, batch, more }) {
  const pushers = machines.map((machine) =>
    batch ? batchPush(machine, batch) : singlePush(machine, more),
  );
  const share = (index) =>
    index < pushers.length
      ? pushers.filter((_, other) => other % connections === index)
      : [pushers[index % pushers.length]];
  targets.set(
    target,
    Array.from({ length: connections }, (_, index) => share(index)),
  );
  process.send({ ready: target });
}

async function measure({ target, host, port, warmUpMs, measureMs, pauseMs = 0 }) {
  const run = new Run({ host, port, pauseMs });
  const connections = targets.get(target).map((pushers) => new Connection(run, pushers));
  await sleep(warmUpMs);
  process.send({ phase: 'measuring' });
  run.counted = true;
  const startedAt = performance.now();
  await (measureMs === null ? told('enough') : sleep(measureMs));
  run.counted = false;
  const seconds = (performance.now() - startedAt) / 1000;
  process.send({ phase: 'measured' });
  run.over = true;
  const late = setTimeout(() => {
    for (const { socket } of connections) socket.destroy();
  }, DRAIN_TIMEOUT_MS);
  await Promise.all(connections.map(({ ended }) => ended));
  clearTimeout(late);
  process.send({
    result: {
      requests: run.latencies.length,
      perSecond: run.latencies.length / seconds,
      p50: quantile(run.latencies, 0.5),
      p99: quantile(run.latencies, 0.99),
      failures: run.failures,
      firstFailure: run.firstFailure,
    },
  });
}

/** Resolves with the next message of this name. */
function told(name) {
  return new Promise((resolve) => {
    process.on('message', function hear(message) {
      if (!message[name]) return;
      process.off('message', hear);
      resolve();
    });
  });
}

process.on('message', (message) => {
  if (message.enough) return;
  const done = message.machines ? prepare(message) : measure(message);
  Promise.resolve(done).catch((error) => process.send({ error: error.stack }));
});
