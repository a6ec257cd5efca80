// All benchmarks of the page, one after the other:
//   npm run bench [-- --write] [--only cni|guardians|bytes] [options of that one]
// `--write` leaves what was measured in docs/BENCHMARKS.md; what was not measured stays as it is there.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const parts: Readonly<Record<string, string>> = {
  cni: 'cni.ts',
  guardians: 'guardians.ts',
  bytes: 'bytes.ts',
};

const args = process.argv.slice(2);
const at = args.indexOf('--only');
const only = at < 0 ? undefined : args.splice(at, 2)[1];
if (only !== undefined && parts[only] === undefined) {
  throw new Error(`there is no benchmark "${only}"; there are: ${Object.keys(parts).join(', ')}`);
}
for (const [name, file] of Object.entries(parts)) {
  if (only !== undefined && name !== only) continue;
  const script = fileURLToPath(new URL(file, import.meta.url));
  // Options other than `--write` are those of one benchmark.
  const options = only === undefined ? args.filter((arg) => arg === '--write') : args;
  const command = [...process.execArgv, script, ...options];
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
  process.stdout.write('\n');
}
