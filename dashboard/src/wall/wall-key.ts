/** The read key that a wall may be opened with: `/wall#key=psk_r_…`. Browsers send no fragment to any server. */
import type { TokenSource } from '../shared/api/client.js';

/** The key in the fragment of an address; `null` if there is none. */
export function wallKey(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim() || null;
}

/** A key instead of a session: it cannot be renewed. */
export class KeySource implements TokenSource {
  constructor(private readonly key: string) {}

  token(): string {
    return this.key;
  }

  async renew(): Promise<boolean> {
    return false;
  }
}
