import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentHandle } from '../api/index.ts';
import { type ApiServer, startApi } from '../api/server.ts';
import type { ForgetReport, LeaveReport } from '../report/index.ts';
import { runCli } from './runCli.ts';

const plan: ForgetReport = {
  member: '12D3b',
  name: 'birch',
  isGone: false,
  isConnected: false,
  lastHeardMs: null,
  owned: [{ pool: 'default', prefix: '10.0.1.0/24', size: 256 }],
  restMs: 86_400_000,
  state: 'none',
};
const done: ForgetReport = {
  ...plan,
  state: 'done',
  message: 'this node has its addresses now',
  heir: { member: '12D3a', name: 'alder' },
};
const running: ForgetReport = { ...plan, state: 'running' };
const refused: ForgetReport = { ...plan, state: 'refused', message: 'birch is connected' };

let base: string;
let server: ApiServer | undefined;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hg-departures-'));
  mkdirSync(join(base, 'run'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  rmSync(base, { recursive: true, force: true });
});

/** Serves an agent that gives these answers one after the other, and the last one again; what it was asked. */
async function serve(parts: {
  readonly forgets?: readonly Result<ForgetReport>[];
  readonly leaves?: readonly LeaveReport[];
  readonly leave?: Result<LeaveReport>;
}): Promise<readonly string[]> {
  const asked: string[] = [];
  const nextOf = <T>(list: readonly T[]): (() => T) => {
    let at = 0;
    return () => list[Math.min(at++, list.length - 1)] as T;
  };
  const report = nextOf(parts.forgets ?? []);
  const leaving = nextOf(parts.leaves ?? []);
  const agent: Partial<AgentHandle> = {
    aboutForget: (member) => {
      asked.push(`about ${member}`);
      return report();
    },
    forget: (member, now, unsafe) => {
      const others =
        unsafe === undefined ? '' : ` unsafe with ${unsafe.others.join(' ') || 'nobody'}`;
      asked.push(`forget ${member}${now === true ? ' now' : ''}${others}`);
      return ok(running);
    },
    leave: () => parts.leave ?? ok(leaving()),
    leaving,
  };
  const started = await startApi(join(base, 'run'), agent as AgentHandle);
  if (!started.ok) throw new Error(started.error.message);
  server = started.value;
  return asked;
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command; `typed` is what somebody types at the terminal, if there is one. */
async function hedgerow(args: string, typed?: string): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  writeFileSync(join(base, 'config.yaml'), '');
  const ask = async (question: string): Promise<string> => {
    err.push(question);
    return `${typed}\n`;
  };
  const code = await runCli(args.split(' '), {
    env: { HEDGEROW_CONFIG: join(base, 'config.yaml'), HEDGEROW_RUN: join(base, 'run') },
    colour: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    ...(typed === undefined ? {} : { ask }),
    untilStopped: () => new Promise(() => {}),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('forget', () => {
  test('says what will happen, takes the typed name, and waits for the end', async () => {
    const asked = await serve({ forgets: [ok(plan), ok(running), ok(done)] });
    const ran = await hedgerow('forget birch', 'birch');
    expect(ran.err).toMatch(/default {2}10\.0\.1\.0\/24.*rest for 24 h.*Type birch to go on: /s);
    expect(ran).toMatchObject({
      code: 0,
      out: 'birch (12D3b) is forgotten: this node has its addresses now. Heir: alder (12D3a).',
    });
    expect(asked.slice(0, 2)).toEqual(['about birch', 'forget 12D3b']);
  });

  test.each([
    ['another word', 'brich', 1, /That is not "birch"\. Nothing was changed/],
    ['no terminal', undefined, 2, /no terminal.*--yes/],
  ])('changes nothing with %s', async (_name, typed, code, expected) => {
    const asked = await serve({ forgets: [ok(plan)] });
    const ran = await hedgerow('forget birch', typed);
    expect(ran.err).toMatch(expected);
    expect(ran).toMatchObject({ code, out: '' });
    expect(asked).toEqual(['about birch']);
  });

  test('asks nobody with --yes, and gives the addresses out at once with --now', async () => {
    const asked = await serve({ forgets: [ok(plan), ok(done)] });
    const ran = await hedgerow('forget birch --yes --now --json');
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toEqual(done);
    expect(asked[1]).toBe('forget 12D3b now');
  });

  test('asks nobody about a member that is gone already', async () => {
    await serve({ forgets: [ok({ ...plan, isGone: true }), ok(done)] });
    expect(await hedgerow('forget birch')).toMatchObject({ code: 0, err: '' });
  });

  test('is refused at once for a member that is connected', async () => {
    const asked = await serve({ forgets: [ok({ ...plan, isConnected: true })] });
    expect(await hedgerow('forget birch --yes')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^hedgerow: birch runs and is connected.*"hedgerow leave" there/),
    });
    expect(asked).toEqual(['about birch']);
  });

  test('says why it was refused, and when it takes longer', async () => {
    await serve({ forgets: [ok(plan), ok(refused)] });
    expect(await hedgerow('forget birch --yes')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/Not forgotten: birch is connected\. Nothing was changed\.$/),
    });
    await server?.close();
    await serve({ forgets: [ok(plan), ok(running)] });
    expect(await hedgerow('forget birch --yes --timeout 0s')).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /Not done within 0s; it waits for its guardians\. The agent goes on with it/,
      ),
    });
  });

  test('--unsafe takes several members, all names typed, and waits for each', async () => {
    const oak = { ...plan, member: '12D3c', name: 'oak' };
    const asked = await serve({
      forgets: [ok(plan), ok(oak), ok(done), ok({ ...oak, state: 'done', message: 'done' })],
    });
    const ran = await hedgerow('forget birch oak --unsafe', 'birch oak');
    expect(ran.err).toMatch(
      /birch \(12D3b\): 256 addresses in 1 piece\n.*no way back.*Type birch oak to/s,
    );
    expect(ran.code).toBe(0);
    expect(ran.out.split('\n')).toHaveLength(2);
    expect(asked).toEqual([
      'about birch',
      'about oak',
      'forget 12D3b unsafe with 12D3c',
      'about 12D3b',
      'about 12D3c',
    ]);
  });

  test('--unsafe asks even about a member that is gone, and does not say that nothing was changed', async () => {
    const ends = { ...refused, message: 'no complete answer came from oak' };
    await serve({ forgets: [ok({ ...plan, isGone: true }), ok(ends)] });
    expect(await hedgerow('forget birch --unsafe', 'no')).toMatchObject({ code: 1 });
    await server?.close();
    await serve({ forgets: [ok({ ...plan, isGone: true }), ok(ends)] });
    const ran = await hedgerow('forget birch --unsafe --yes');
    expect(ran.err).toMatch(/Not forgotten: no complete answer came from oak\.$/);
  });

  test('takes one member at a time without --unsafe', async () => {
    const asked = await serve({ forgets: [ok(plan)] });
    expect(await hedgerow('forget birch oak --yes')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/only with --unsafe/),
    });
    expect(asked).toEqual([]);
  });

  test('passes on that nobody is called so', async () => {
    await serve({ forgets: [refuse('unknown-member', 'No member is called "x".')] });
    expect(await hedgerow('forget x --yes')).toMatchObject({
      code: 1,
      err: 'hedgerow: No member is called "x".',
    });
  });
});

describe('leave', () => {
  const waiting = (message: string): LeaveReport => ({
    state: 'leaving',
    waiting: [{ code: 'leaving', message }],
  });
  const left: LeaveReport = { state: 'left', waiting: [] };

  test('tells each thing that it waits for once, and ends when the node has left', async () => {
    const pods = waiting('for the containers in 2 blocks to end');
    await serve({ leaves: [pods, pods, pods, waiting('for others'), left] });
    const ran = await hedgerow('leave');
    expect(ran.err.split('\n')).toEqual([
      'waiting for the containers in 2 blocks to end',
      'waiting for others',
    ]);
    expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/has left/) });
  });

  test('ends with what is wrong where the node was forgotten meanwhile', async () => {
    const message = 'This node was forgotten: 3 addresses are still in use here';
    await serve({
      leaves: [waiting('for others'), { state: 'quarantined', waiting: [], message }],
    });
    const ran = await hedgerow('leave');
    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringContaining(message) });
  });

  test('says that it goes on when it takes longer, and why it cannot begin', async () => {
    await serve({ leaves: [waiting('for others')] });
    const late = await hedgerow('leave --timeout 0s');
    expect(late).toMatchObject({ code: 1, err: expect.stringMatching(/goes on leaving/) });
    await server?.close();
    await serve({ leave: refuse('alone', 'No other member is there.') });
    expect(await hedgerow('leave')).toMatchObject({
      code: 1,
      err: 'hedgerow: No other member is there.',
    });
  });
});
