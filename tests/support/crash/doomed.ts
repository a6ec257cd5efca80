// The process that is killed: one node of the scenario, told what it is by its argument. A donor runs until
// its standard input ends, an asker until it has done its part.

import './killSwitch.ts';
import { once } from 'node:events';
import { type CrashNode, startNode, useBlocks } from './scenario.ts';

const node: CrashNode = JSON.parse(process.argv[2] ?? '');
const agent = await startNode(node);
if (node.role === 'asker') await useBlocks(agent);
else await once(process.stdin.resume(), 'end');
await agent.stop();
process.exit(0);
