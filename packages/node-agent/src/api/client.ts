/** Asks the agent of this node. Light on purpose: commands that only ask start fast. */
import { request } from 'node:http';
import { ok, type Result, refuse } from '@hedgerow/core';
import { apiSocketPath } from './handle.ts';

const timeoutMs = 10_000;

/** One question. `body` makes it a POST. Refusals: `agent-down`, `agent`, and what the agent refuses. */
export function askAgent<T>(runDir: string, path: string, body?: unknown): Promise<Result<T>> {
  const socketPath = apiSocketPath(runDir);
  return new Promise((resolve) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = body === undefined ? {} : { 'content-type': 'application/json' };
    // Each question on a connection of its own: one kept from before may lead to an agent that is gone.
    const how = { socketPath, path, method, headers, timeout: timeoutMs, agent: false };
    const call = request(how, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(readAnswer(response.statusCode ?? 0, text)));
    });
    call.on('timeout', () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
    call.on('error', (error: NodeJS.ErrnoException) => resolve(explain(socketPath, error)));
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function readAnswer<T>(status: number, text: string): Result<T> {
  try {
    const data = JSON.parse(text);
    if (status === 200) return ok(data);
    return refuse(String(data.code), String(data.message));
  } catch {
    return refuse('agent', `The agent answered something that is not JSON (HTTP ${status}).`);
  }
}

function explain(socketPath: string, error: NodeJS.ErrnoException): Result<never> {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
    return refuse(
      'agent-down',
      `No agent runs here: nothing answers on ${socketPath}. Start it with "hedgerow agent", or name its run directory with --run.`,
    );
  }
  if (error.code === 'EACCES') {
    return refuse(
      'agent-down',
      `Only the agent's user may use ${socketPath}. Run this as that user.`,
    );
  }
  return refuse('agent', `Cannot ask the agent on ${socketPath}: ${error.message}`);
}
