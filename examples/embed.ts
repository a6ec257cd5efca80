// A member of a cluster inside your own program. Run: node --conditions=hedgerow-source examples/embed.ts
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { parsePoolSpec } from '@hedgerow/core/membership';
import { createAgent, initCluster } from '@hedgerow/node-agent';

const home = mkdtempSync(join(tmpdir(), 'hedgerow-'));
const stateDir = join(home, 'state');
must(initCluster({ stateDir, cluster: 'demo', pools: [must(parsePoolSpec('pods=10.9.0.0/16'))] }));

const agent = must(
  await createAgent({ stateDir, runDir: join(home, 'run'), listen: ['/ip4/127.0.0.1/tcp/0'] }),
);
agent.on('ownership', (records) => console.log(`${records.length} new records`));
const pod = must(await agent.allocate({ pool: 'pods', attachment: 'pod-1' }));
console.log(`pod-1 has ${pod.cidr}, gateway ${pod.gateway}`);
must(agent.release({ attachment: 'pod-1' }));
await agent.stop();
