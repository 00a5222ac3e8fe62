/** The built agent, as the server hands it out. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The name under which the agent is saved. */
export const AGENT_FILE_NAME = 'procspy-agent.mjs';

// Also from the bundle, which lies as deep: scripts/bundle-server.mjs.
const AGENT_FILE = join(import.meta.dirname, '../../agent/dist', AGENT_FILE_NAME);

/** A file in memory, with the SHA-256 of its content in hexadecimal. */
export interface AgentFile {
  content: Buffer;
  sha256: string;
}

/** Reads the agent again only after it was built anew. */
export class AgentFileReader {
  private modifiedAt = Number.NaN;
  private file: AgentFile | null = null;

  /** `path` is the agent that was built with this server unless given. */
  constructor(private readonly path = AGENT_FILE) {}

  /** The agent; `null` if it was not built. */
  async read(): Promise<AgentFile | null> {
    try {
      const { mtimeMs } = await stat(this.path);
      if (this.file === null || mtimeMs !== this.modifiedAt) {
        const content = await readFile(this.path);
        this.file = { content, sha256: createHash('sha256').update(content).digest('hex') };
        this.modifiedAt = mtimeMs;
      }
      return this.file;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}
