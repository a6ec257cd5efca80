// The page of measured numbers: one section for each benchmark, so that one can be measured alone.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../docs/BENCHMARKS.md', import.meta.url));

/** A section in the making: printed as it grows, and written into the page when asked to. */
export interface Section {
  print(line: string): void;
  /** Puts the section in place of the one with its title, or at the end. */
  write(): void;
}

/** A section that begins with this title. */
export function createSection(title: string): Section {
  const lines: string[] = [];
  const print = (line: string): void => {
    lines.push(line);
    process.stdout.write(`${line}\n`);
  };
  print(`## ${title}\n`);
  return {
    print,
    write() {
      const [head = '', ...sections] = readFileSync(path, 'utf8').split(/^(?=## )/m);
      const text = `${lines.join('\n').trimEnd()}\n`;
      const at = sections.findIndex((each) => each.startsWith(`## ${title}\n`));
      if (at < 0) sections.push(text);
      else sections[at] = text;
      const trimmed = [head, ...sections].map((each) => each.trimEnd());
      writeFileSync(path, `${trimmed.join('\n\n')}\n`);
    },
  };
}

/** The machine, and the file system that a directory is on. */
export function machine(directory: string): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const kind = execFileSync('stat', ['-f', '-c', '%T', directory], { encoding: 'utf8' }).trim();
  return `${cpu?.model.trim()}, ${cpus().length} CPUs, ${memory} GB, Linux ${release()}, files on ${kind}`;
}

/** Today and how busy the machine is: numbers of a busy machine are no better than that. */
export function circumstances(): string {
  const load = loadavg().map((value) => value.toFixed(1));
  return `${new Date().toISOString().slice(0, 10)}, load before the run ${load.join(', ')}`;
}
