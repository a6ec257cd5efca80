/**
 * `/healthz` and `/readyz` on a listener of their own, for supervisors. They say nothing that a stranger
 * on the network could use: which is why the rest is on the Unix socket.
 */
import { createServer } from 'node:http';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { AgentHandle } from './handle.ts';
import type { ApiServer } from './server.ts';

/**
 * Listens on `host:port`. `/healthz` is 200 while the process answers at all; `/readyz` is 200 when the
 * node serves (ready or isolated), else 503 with its state. Refusals: `http`.
 */
export function startHealth(
  endpoint: string,
  agent: Pick<AgentHandle, 'status'>,
): Promise<Result<ApiServer & { readonly port: number }>> {
  const server = createServer((request, response) => {
    const { status, text } = answer(request.url ?? '', agent);
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
  });
  const colon = endpoint.lastIndexOf(':');
  const host = endpoint.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    server.once('error', (error) => {
      resolve(refuse('http', `Cannot serve health checks on ${endpoint}: ${error.message}`));
    });
    server.listen(Number(endpoint.slice(colon + 1)), host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const close = (): Promise<void> =>
        new Promise((done) => {
          server.close(() => done());
          server.closeIdleConnections();
        });
      resolve(ok({ port, close }));
    });
  });
}

function answer(
  url: string,
  agent: Pick<AgentHandle, 'status'>,
): { readonly status: number; readonly text: string } {
  const path = url.split('?')[0];
  if (path === '/healthz') return { status: 200, text: 'ok' };
  if (path !== '/readyz') return { status: 404, text: 'not found' };
  const { state } = agent.status();
  return { status: state === 'ready' || state === 'isolated' ? 200 : 503, text: state };
}
