/** A wire between agent and server that can be cut: in the middle of an answer, or before it. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Forwards bytes both ways, and cuts connections when told to. */
export class Wire {
  /** Bytes of the server's answers that still pass before the next cut; `null`: no cut. */
  private budget: number | null = null;
  /** Connections that were cut. */
  cuts = 0;
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** A wire to `target`, on a free port. */
  static async to(target: URL): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const wire = new Wire(server, (server.address() as AddressInfo).port);
    server.on('connection', (near) =>
      wire.join(near, connect(Number(target.port), target.hostname)),
    );
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** After `bytes` more of the server's answers every connection is cut, once. 0: before any answer. */
  cutAfter(bytes: number): void {
    this.budget = bytes;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, far: Socket): void {
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.on('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      // What breaks on one side ends the other: nothing more to know.
      socket.on('error', () => socket.destroy());
    }
    near.pipe(far);
    far.on('data', (chunk: Buffer) => {
      if (this.budget === null) {
        near.write(chunk);
        return;
      }
      const passed = chunk.subarray(0, this.budget);
      this.budget -= passed.length;
      if (this.budget > 0) {
        near.write(passed);
        return;
      }
      this.budget = null;
      this.cuts += 1;
      near.write(passed, () => {
        for (const socket of this.sockets) socket.destroy();
      });
    });
  }
}
