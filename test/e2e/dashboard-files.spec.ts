/** The dashboard's files as a browser gets them: compressed, cached, and few for the first page. */
import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startServer, type TestServer } from '../helpers/server.js';

/** All JavaScript that the first page takes, as it is sent to a browser that knows gzip only. */
const FIRST_PAGE_BYTES = 260_000;

interface SentFile {
  headers: IncomingMessage['headers'];
  body: Buffer;
}

describe('the files of the dashboard', () => {
  let server: TestServer;
  let scripts: string[];

  beforeAll(async () => {
    server = await startServer({ database: 'sqlite' });
    const { body } = await file('/', 'identity');
    // The module that starts the page, and those that it imports.
    scripts = [...body.toString().matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(
      ([, address]) => address ?? '',
    );
  });

  afterAll(async () => {
    await server.stop();
  });

  /** A file as it travels: Node's fetch would decompress it. */
  async function file(path: string, encodings: string): Promise<SentFile> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { 'accept-encoding': encodings };
      get(new URL(path, server.url), { headers }, resolve).on('error', reject);
    });
    const body = await buffer(response);
    expect([path, response.statusCode]).toEqual([path, 200]);
    return { headers: response.headers, body };
  }

  it('come compressed as the browser asks, and may be kept for good', async () => {
    const [script = ''] = scripts;
    const plain = await file(script, 'identity');
    const gzip = await file(script, 'gzip, deflate');
    const brotli = await file(script, 'gzip, deflate, br, zstd');
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(gzip.headers['content-encoding']).toBe('gzip');
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(gunzipSync(gzip.body).equals(plain.body)).toBe(true);
    expect(brotliDecompressSync(brotli.body).equals(plain.body)).toBe(true);
    for (const { headers } of [plain, gzip, brotli]) {
      expect(headers['content-type']).toMatch(/^(text|application)\/javascript/);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(headers.vary).toMatch(/accept-encoding/i);
    }
  });

  it('are at most 260 kB of JavaScript for the first page', async () => {
    const sent = await Promise.all(scripts.map((script) => file(script, 'gzip')));
    const bytes = sent.reduce((total, { body }) => total + body.length, 0);
    expect(scripts.length).toBeGreaterThan(1);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThanOrEqual(FIRST_PAGE_BYTES);
  });
});
