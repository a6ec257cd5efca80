/** The plugin's port on Node: for tests, and where no executable could be built. */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import type { Port } from '../port.ts';
import { nodeFiles } from './files.ts';

const chunkBytes = 65_536;
/** Standard input that is too long is read to its end up to here, so that its writer sees no broken pipe. */
const drainBytes = 64 * 1024 * 1024;

function readInput(maxBytes: number): string | undefined {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < drainBytes) {
    const chunk = Buffer.alloc(chunkBytes);
    const count = fs.readSync(0, chunk, 0, chunkBytes, null);
    if (count === 0) break;
    total += count;
    if (total <= maxBytes) chunks.push(chunk.subarray(0, count));
  }
  return total > maxBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

export const nodePort: Port = {
  files: nodeFiles,
  env: (name) => process.env[name],
  readInput,
  answer: (text) => fs.writeSync(1, text),
  log: (line) => fs.writeSync(2, `${line}\n`),
  wallMs: () => Date.now(),
  uptimeSeconds: () => Number.parseFloat(fs.readFileSync('/proc/uptime', 'utf8')),
  sleepMs(ms) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
  randomId: () => randomBytes(16).toString('hex'),
  uid: () => process.geteuid?.() ?? -1,
  bootId: () => fs.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
};
