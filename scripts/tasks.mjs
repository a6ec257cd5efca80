// What each `npm run` command does once the tree is set up.

import { join } from 'node:path';
import { build, checkTypes } from './build/build.mjs';
import { root } from './setup/paths.mjs';
import { Failure, loud } from './setup/progress.mjs';
import { setUp, setUpTools } from './setup/setUp.mjs';
import { runTests } from './test/runTests.mjs';

/** Programs of the tree that run on the build. */
const PROGRAMS = {
  attack: 'tests/cni/attackMain.ts',
  bench: 'bench/main.ts',
  conformance: 'tests/conformance/main.ts',
  demo: 'scripts/demo/demo.ts',
  'install-plugin': 'scripts/installPlugin.mjs',
  sim: 'tests/sim/cli.ts',
  'sim:mutants': 'tests/sim/mutants/cli.ts',
  'sim:report': 'tests/sim/report/cli.ts',
};

/** Programs over packages that the other commands do not install. */
const TOOLS = {
  mutants: 'tools/mutants/main.mjs',
};

const TASKS = {
  api: (tools, args) => run(tools, 'tests/api/main.ts', args),
  setup: async () => 0,
  build: async (tools, args) => {
    await build(tools, args);
    return 0;
  },
  test: runTests,
  check,
};

/** Sets up, runs a task with its arguments and returns the exit code. */
export async function runTask(name, args) {
  const task = TASKS[name] ?? taskOf(PROGRAMS[name], runProgram) ?? taskOf(TOOLS[name], runTool);
  if (!task) {
    const names = [TASKS, PROGRAMS, TOOLS].flatMap(Object.keys).join(', ');
    throw new Failure(`There is no task "${name}". There are: ${names}.`);
  }
  return task(await setUp(), args);
}

function taskOf(program, how) {
  return program && ((tools, args) => how(tools, program, args));
}

async function check({ env }) {
  await checkTypes(env);
  const checks = [
    ['biome', ['check', '--error-on-warnings']],
    ['tsc', ['-p', 'tests/tsconfig.json']],
  ];
  const codes = [];
  for (const [command, args] of checks) codes.push(await loud(command, args, { cwd: root, env }));
  return codes.find((code) => code !== 0) ?? 0;
}

async function runProgram(tools, program, args) {
  await build(tools);
  return run(tools, program, args);
}

async function runTool(tools, program, args) {
  await setUpTools(tools);
  return run(tools, program, args);
}

/** Node runs TypeScript by itself, but before 22.18 only when asked. */
function run(tools, program, args) {
  const isUnasked = tools.node !== process.execPath || process.features.typescript;
  const flags = isUnasked ? [] : ['--experimental-strip-types'];
  flags.push('--disable-warning=ExperimentalWarning', '--conditions=hedgerow-source');
  return loud(tools.node, [...flags, join(root, program), ...args], { cwd: root, env: tools.env });
}
