/** Requests of agents as bytes, made ahead: the load generator must cost little. */

/** The five values that every push has. */
const SAMPLE = { cpu: 25.3, ram: 40.5, disk: 70.2, network_in: 1200, network_out: 800 };
/** Stands for a time until `stamp` puts one there: 13 digits, as epoch milliseconds have. */
const TIME = 1_111_111_111_111;
const TIME_DIGITS = Buffer.from(String(TIME));

/** A push of one sample, timed by the server. */
export function singlePush({ machine_id, api_key }, more = {}) {
  return { bytes: post('/api/v1/metrics', api_key, { machine_id, ...SAMPLE, ...more }), times: [] };
}

/** A push of `count` samples, whose times are put in before it is sent. */
export function batchPush({ machine_id, api_key }, count) {
  const sample = { machine_id, timestamp: TIME, ...SAMPLE };
  const bytes = post('/api/v1/metrics/batch', api_key, { samples: new Array(count).fill(sample) });
  const times = [];
  for (let at = bytes.indexOf(TIME_DIGITS); at >= 0; at = bytes.indexOf(TIME_DIGITS, at + 1)) {
    times.push(at);
  }
  return { bytes, times };
}

/** Thirty devices, as a server with many disks and cores has: all values known. */
export function thirtyDevices() {
  const list = (count, name, values) =>
    Array.from({ length: count }, (_, index) => ({ name: `${name}${index}`, ...values }));
  return {
    cores: list(16, 'cpu', { usage: 12.5 }),
    filesystems: list(4, '/mnt/', {
      usage: 40,
      used_bytes: 4e10,
      total_bytes: 1e11,
      inodes_usage: 3,
    }),
    disks: list(4, 'sd', { read: 1e5, write: 2e5, usage: 4 }),
    interfaces: list(4, 'eth', { network_in: 1e4, network_out: 2e4 }),
    sensors: list(2, 'temp', { temperature: 51 }),
  };
}

/** Puts consecutive times from `start` on into a request; answers the one after the last. */
export function stamp({ bytes, times }, start) {
  let time = start;
  for (const at of times) {
    bytes.latin1Write(String(time++), at);
  }
  return time;
}

function post(path, key, body) {
  const text = JSON.stringify(body);
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nx-api-key: ${key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}
