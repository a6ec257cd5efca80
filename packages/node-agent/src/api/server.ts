/** Serves the local API over HTTP on a Unix socket that only its owner may open. */
import { existsSync } from 'node:fs';
import { ok, type Refusal, type Result } from '@hedgerow/core';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { type AgentHandle, apiSocketPath } from './handle.ts';
import { openApi } from './openApi.ts';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { clearSocket, listenPrivately } from './socket.ts';

/** A listener that can be closed; open requests are answered first. */
export interface ApiServer {
  close(): Promise<void>;
}

/** How often to look whether the socket is still there. */
const lookMs = 1000;
const maxBodyBytes = 64 * 1024;

/** Starts serving `<run>/api.sock`. Refusals: `already-running`, `socket`. */
export async function startApi(runDir: string, agent: AgentHandle): Promise<Result<ApiServer>> {
  const path = apiSocketPath(runDir);
  let app = await serve(path, agent);
  if (!app.ok) return app;
  let isReopening = false;
  /** Who wiped the run directory took the socket with it, and now everybody wants to know what is wrong. */
  async function reopen(): Promise<void> {
    if (isReopening || existsSync(path) || !existsSync(runDir)) return;
    isReopening = true;
    // First, because a server takes its socket's path away when it closes.
    if (app.ok) await app.value.close();
    app = await serve(path, agent);
    isReopening = false;
  }
  const timer = setInterval(reopen, lookMs).unref();
  return ok({
    async close() {
      clearInterval(timer);
      if (app.ok) await app.value.close();
    },
  });
}

async function serve(path: string, agent: AgentHandle): Promise<Result<FastifyInstance>> {
  const cleared = await clearSocket(path);
  if (!cleared.ok) return cleared;
  const app = createApi(agent);
  await app.ready();
  const listening = await listenPrivately(app.server, path);
  return listening.ok ? ok(app) : listening;
}

/** The server without a listener. */
export function createApi(agent: AgentHandle): FastifyInstance {
  const app = fastify({ logger: false, bodyLimit: maxBodyBytes, forceCloseConnections: 'idle' });
  const description = openApi();
  app.get('/openapi.json', () => description);
  for (const operation of operations) addRoute(app, agent, operation);
  app.setNotFoundHandler((request, reply) =>
    answerError(reply, 404, {
      code: 'not-found',
      message: `There is no ${request.method} ${request.url}. See /openapi.json.`,
    }),
  );
  app.setErrorHandler((error, _request, reply) => {
    const { statusCode = 500, code = 'internal', message } = error as Partial<ApiError>;
    return answerError(reply, statusCode, { code, message: message ?? 'failed' });
  });
  return app;
}

interface ApiError {
  readonly statusCode: number;
  readonly code: string;
  readonly message: string;
}

function addRoute(app: FastifyInstance, agent: AgentHandle, operation: Operation): void {
  const { method, path: url } = operation;
  app.route({
    method,
    url,
    handler: async (request, reply) => {
      const given = method === 'GET' ? request.query : (request.body ?? {});
      const input = operation.input.safeParse(given);
      if (!input.success) {
        const issue = input.error.issues[0];
        const where = issue?.path.join('.') || 'the input';
        return answerError(reply, 400, { code: 'input', message: `${where}: ${issue?.message}` });
      }
      const result = await operation.run(agent, input.data);
      return result.ok ? reply.send(result.value) : answerError(reply, 409, result.error);
    },
  });
}

function answerError(reply: FastifyReply, status: number, error: Refusal): FastifyReply {
  return reply.code(status).send({ code: error.code, message: error.message });
}
