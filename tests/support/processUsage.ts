// What a process used so far, as Linux counts it (proc(5)).

import { readFileSync } from 'node:fs';

/** CPU time of all its threads, and resident memory. */
export interface ProcessUsage {
  readonly cpuMs: number;
  readonly residentMb: number;
}

/** Ticks of /proc are hundredths of a second on every architecture that Node runs on. */
const tickMs = 10;

export function usageOf(pid: number): ProcessUsage {
  // Fields after the name, which is in parentheses and may contain anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    residentMb: Number(resident) / 1024,
  };
}
