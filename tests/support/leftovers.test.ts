import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { leftovers } from './leftovers.ts';

it('finds a process by the mark it inherited, until it has ended', async () => {
  const mark = `HEDGEROW_TEST_MARK=${process.pid}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn('sleep', ['60'], { env: { ...process.env, [name]: value } });
  const ended = once(child, 'exit');
  try {
    await once(child, 'spawn');
    expect(leftovers(mark)).toEqual([{ pid: child.pid, command: 'sleep 60' }]);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  expect(leftovers(mark)).toEqual([]);
});
