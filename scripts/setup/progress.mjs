// Says what is going on, and shows a program's output only when it fails: a long silence or a wall
// of text both look like something broke.

import { spawn } from 'node:child_process';

const STILL_MS = 10_000;
const TAIL_LINES = 60;

/** A failure whose message is for people: printed without a stack. */
export class Failure extends Error {}

/** Prints one line of progress. */
export function say(line) {
  process.stdout.write(`hedgerow: ${line}\n`);
}

/** Runs `work` between a line that names it and a line that says how long it took. */
export async function step(name, work) {
  const start = Date.now();
  say(`${name} ...`);
  const still = setInterval(() => say(`  still at it (${seconds(start)})`), STILL_MS);
  try {
    const result = await work();
    say(`  done in ${seconds(start)}`);
    return result;
  } finally {
    clearInterval(still);
  }
}

/** Runs a program quietly. Throws a Failure with the end of its output when it does not end with 0. */
export async function quiet(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const ended = await end(child, command);
  if (ended === 0) return output;
  const tail = output.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  const line = [command, ...args].join(' ');
  throw new Failure(`${tail}\n\n\`${line}\` ended with ${ended}; its last lines are above.`);
}

/** Runs a program on this terminal and returns its exit code. Passes SIGTERM and SIGHUP on. */
export async function loud(command, args, options = {}) {
  const child = spawn(command, args, { ...options, stdio: 'inherit' });
  // Ctrl-C reaches the whole foreground group: wait for the child to clean up. The others reach only us.
  const onSignal = (signal) => {
    if (signal !== 'SIGINT') child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await end(child, command);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** Exit code of a child, 128 + n when a signal ended it, as shells have it. */
function end(child, command) {
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new Failure(`cannot run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal] ?? 0)));
  });
}

function seconds(start) {
  return `${((Date.now() - start) / 1000).toFixed(1)} s`;
}
