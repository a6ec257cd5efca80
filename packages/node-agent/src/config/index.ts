export { parseDuration } from './duration.ts';
export {
  type ConfigSources,
  defaultConfigFile,
  type LoadedConfig,
  loadConfig,
  parseConfigFile,
} from './load.ts';
export {
  allOptions,
  commonOptions,
  daemonOptions,
  nodeOptions,
  type OptionKind,
  type OptionSpec,
  variableOf,
} from './options.ts';
export type { Config, LogLevel, RouteMode, TuningConfig } from './schema.ts';
export { suggest } from './suggest.ts';
