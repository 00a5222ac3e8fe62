/** A server that takes registrations and pushes and keeps nothing: the agent's counterpart in the benchmark. */
import { createServer } from 'node:http';

const server = createServer((request, response) => {
  let bytes = 0;
  request.on('data', (chunk) => {
    bytes += chunk.length;
  });
  request.on('end', () => {
    const registering = request.url?.endsWith('/register');
    const answer = registering
      ? {
          status: 'registered',
          machine_id: '00000000-0000-4000-8000-000000000000',
          api_key: 'bench',
        }
      : { status: 'metrics_received', accepted: 1, duplicates: 0, rejected: [] };
    if (!registering) process.send?.({ push: bytes });
    response.writeHead(registering ? 201 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer));
  });
});
server.keepAliveTimeout = 72_000;
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
process.on('disconnect', () => process.exit(0));
