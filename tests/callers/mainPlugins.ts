// Network namespaces as containers, connected by one call of a standard main plugin: what runtimes do, with
// nothing of a runtime around it.

import { type CniAnswer, type CniCall, callCni } from '../support/cni.ts';
import type { Caller } from './contract.ts';
import { pluginDir, type Setting } from './setting.ts';

/** A caller of one plugin, whose single calls a test may make too. */
export interface MainPlugin extends Caller {
  call(
    name: string,
    verb: CniCall['verb'],
    wish?: Readonly<Record<string, unknown>>,
  ): Promise<CniAnswer>;
}

/** Calls the plugin that `config` names as its `type`. */
export function createMainPlugin(
  { host }: Setting,
  config: Readonly<Record<string, unknown>>,
): MainPlugin {
  const call: MainPlugin['call'] = (name, verb, wish = {}) =>
    callCni({
      plugin: `${pluginDir}/${String(config['type'])}`,
      verb,
      config: { ...config, ...wish },
      containerId: name,
      netns: `/run/netns/${name}`,
      path: pluginDir,
      prefix: host.enter,
    });
  const must = async (name: string, verb: CniCall['verb']): Promise<void> => {
    const { ok, answer, stderr } = await call(name, verb);
    if (!ok) throw new Error(`${verb} ${name}: ${JSON.stringify(answer)} ${stderr}`);
  };
  return {
    call,
    async start(name) {
      await host.must('ip', ['netns', 'add', name]);
      await must(name, 'ADD');
    },
    exec: (name, command) => host.run('ip', ['netns', 'exec', name, 'busybox', ...command]),
    async remove(name) {
      await must(name, 'DEL');
      await host.must('ip', ['netns', 'del', name]);
    },
  };
}
