/** What the configuration means for an agent. */
import type { AgentOptions, Log } from '../agent/index.ts';
import type { Config } from '../config/index.ts';

/** Options of `createAgent`; what the configuration leaves empty is left to the agent's defaults. */
export function agentOptions(config: Config, log: Log): AgentOptions {
  const { state, run, listen, advertise, name, zone, nodeAddress, peer } = config;
  const { routes, tuning, leakCollection } = config;
  return {
    stateDir: state,
    runDir: run,
    listen,
    ...(advertise.length > 0 ? { advertise } : {}),
    ...(name === '' ? {} : { name }),
    zone,
    ...(nodeAddress.length > 0 ? { nodeAddresses: nodeAddress } : {}),
    peers: peer,
    routes,
    leakCollection,
    tuning,
    log,
  };
}
