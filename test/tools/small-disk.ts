/** A disk of a few megabytes that a test can fill: a tmpfs, which takes root to mount. */
import { execFile } from 'node:child_process';
import { type FileHandle, mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** A mounted disk. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  /** Mounts one that holds `megabytes`, for everybody to write to. */
  static async mount(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'procspy-disk-'));
    await asRoot('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=1777`, 'procspy', folder]);
    return new SmallDisk(folder);
  }

  /** Takes all space that is left. */
  async fill(): Promise<void> {
    const ballast = await open(this.ballast, 'a');
    try {
      for (let size = 1 << 20; size >= 512; size >>= 1) {
        while (await wrote(ballast, Buffer.alloc(size)));
      }
    } finally {
      await ballast.close();
    }
  }

  /** Gives the space back. */
  async free(): Promise<void> {
    await rm(this.ballast, { force: true });
  }

  async unmount(): Promise<void> {
    await asRoot('umount', ['--lazy', this.folder]);
    await rmdir(this.folder);
  }

  private get ballast(): string {
    return join(this.folder, 'ballast');
  }
}

async function wrote(file: FileHandle, data: Buffer): Promise<boolean> {
  try {
    return (await file.write(data)).bytesWritten > 0;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOSPC') {
      return false;
    }
    throw error;
  }
}

async function asRoot(program: string, parameters: string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  await (isRoot ? execute(program, parameters) : execute('sudo', [program, ...parameters]));
}
