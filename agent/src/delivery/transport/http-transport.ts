/** Pushes over HTTP: a single sample as it is, several as one compressed batch. */
import { gzipSync } from 'node:zlib';
import { INSTANCE_HEADER } from '../../../../src/contracts/index.js';
import { keyHeader } from '../../http/answer.js';
import { ConnectionError, type HttpClient } from '../../http/http-client.js';
import type { SpooledSample } from '../spool/record.js';
import { type Outcome, pushOutcome } from './outcome.js';
import { batchBody, type MachineCredentials, type Transport, withMachine } from './transport.js';

/** The default transport. */
export class HttpTransport implements Transport {
  constructor(
    private readonly client: HttpClient,
    private readonly wallMs: () => number,
    private readonly instance: string,
  ) {}

  async send(
    machine: MachineCredentials,
    samples: readonly SpooledSample[],
    signal: AbortSignal,
  ): Promise<Outcome> {
    const [first] = samples;
    if (!first) return { kind: 'accepted', rejected: [] };
    const single = samples.length === 1;
    try {
      const answer = await this.client.request({
        method: 'POST',
        path: single ? '/api/v1/metrics' : '/api/v1/metrics/batch',
        headers: {
          ...keyHeader(machine.apiKey),
          [INSTANCE_HEADER]: this.instance,
          ...(single ? {} : { 'content-encoding': 'gzip' }),
        },
        body: single
          ? withMachine(first.json, machine.machineId)
          : gzipSync(batchBody(samples, machine.machineId)),
        signal,
      });
      return pushOutcome(answer, this.wallMs());
    } catch (error) {
      if (error instanceof ConnectionError) return { kind: 'retry', reason: error.message };
      throw error;
    }
  }

  close(): void {
    this.client.close();
  }
}
