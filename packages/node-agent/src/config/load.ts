/**
 * One configuration from three places: a flag beats the environment, which beats the file.
 * Every mistake is named with the place and the key where it stands; nothing is silently ignored,
 * except foreign HEDGEROW_ variables (Kubernetes makes HEDGEROW_SERVICE_HOST and the like), which warn.
 */
import { readFileSync } from 'node:fs';
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import { parse } from 'yaml';
import { allOptions, type OptionSpec, variableOf } from './options.ts';
import { type Config, fileSchema, toConfig } from './schema.ts';
import { suggest } from './suggest.ts';

/** Where a configuration comes from. */
export interface ConfigSources {
  /** Values of flags by option key; an absent flag is absent here. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `--config`. Without it HEDGEROW_CONFIG, then `defaultConfigFile`, which may be missing. */
  readonly file?: string | undefined;
}

/** A configuration and what deserves a warning in it. */
export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/** Read when no other file is named. */
export const defaultConfigFile = '/etc/hedgerow/config.yaml';

type Raw = Record<string, unknown>;
type Places = Map<string, string>;

/** Reads and merges the sources. Refusals: `config`. */
export function loadConfig(sources: ConfigSources): Result<LoadedConfig> {
  const named = sources.file ?? sources.env.HEDGEROW_CONFIG;
  const file = readFileConfig(named ?? defaultConfigFile, named !== undefined);
  if (!file.ok) return file;
  const environment = readEnvironment(sources.env);
  if (!environment.ok) return environment;
  const merged: Raw = {};
  const places: Places = new Map();
  const layers: readonly (readonly [Raw, (key: string) => string])[] = [
    [file.value, (key) => `${key} in ${named ?? defaultConfigFile}`],
    [environment.value.values, variableOf],
    [sources.flags, (key) => `--${key}`],
  ];
  for (const [values, place] of layers) {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) continue;
      merged[key] = value;
      places.set(key, place(key));
    }
  }
  const config = validate(merged, places);
  return config.ok ? ok({ config: config.value, warnings: environment.value.warnings }) : config;
}

/** Like `loadConfig` for a file's text: for tests and for callers that hold the text. */
export function parseConfigFile(text: string, path: string): Result<Raw> {
  let data: unknown;
  try {
    data = parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return refuse('config', `${path} is not YAML: ${detail}`);
  }
  if (data === null || data === undefined) return ok({});
  if (typeof data !== 'object' || Array.isArray(data)) {
    return refuse('config', `${path} must hold "key: value" lines, such as "run: /run/hedgerow".`);
  }
  const raw: Raw = {};
  for (const [key, value] of Object.entries(data)) {
    const option = allOptions.find((spec) => spec.key === key);
    if (option === undefined) return { ok: false, error: unknownKey(key, path) };
    raw[key] = option.kind === 'list' && typeof value === 'string' ? [value] : value;
  }
  return ok(raw);
}

function readFileConfig(path: string, named: boolean): Result<Raw> {
  try {
    return parseConfigFile(readFileSync(path, 'utf8'), path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'ENOENT' && !named) return ok({});
    return refuse('config', `Cannot read the configuration file ${path}: ${code}.`);
  }
}

function unknownKey(key: string, path: string): Refusal {
  const keys = allOptions.map((spec) => spec.key);
  const guess = suggest(key, keys);
  const hint = guess === undefined ? `Known keys: ${keys.join(', ')}.` : `Did you mean "${guess}"?`;
  return { code: 'config', message: `Unknown key "${key}" in ${path}. ${hint}` };
}

function readEnvironment(
  env: ConfigSources['env'],
): Result<{ readonly values: Raw; readonly warnings: readonly string[] }> {
  const byVariable = new Map(allOptions.map((spec) => [variableOf(spec.key), spec]));
  const values: Raw = {};
  const warnings: string[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith('HEDGEROW_') || variable === 'HEDGEROW_CONFIG') continue;
    if (text === undefined || text === '') continue;
    const option = byVariable.get(variable);
    if (option === undefined) {
      const guess = suggest(variable.toLowerCase(), [...byVariable.keys()].map(lower));
      const hint = guess === undefined ? '' : ` Did you mean ${guess.toUpperCase()}?`;
      warnings.push(`Ignored ${variable}: no option has that name.${hint}`);
      continue;
    }
    const value = fromText(option, text);
    if (!value.ok) return value;
    values[option.key] = value.value;
  }
  return ok({ values, warnings });
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** An option's value from a variable: lists are separated by commas. */
function fromText(option: OptionSpec, text: string): Result<unknown> {
  if (option.kind === 'list') return ok(text.split(',').map((part) => part.trim()));
  if (option.kind === 'count') return ok(/^\d+$/.test(text) ? Number(text) : text);
  if (option.kind === 'switch') {
    if (['1', 'true', 'yes'].includes(text)) return ok(true);
    if (['0', 'false', 'no'].includes(text)) return ok(false);
    return refuse('config', `${variableOf(option.key)} must be true or false, not "${text}".`);
  }
  return ok(text);
}

function validate(merged: Raw, places: Places): Result<Config> {
  const parsed = fileSchema.safeParse(merged);
  if (parsed.success) return ok(toConfig(parsed.data));
  const lines = parsed.error.issues.map((issue) => {
    const key = String(issue.path[0] ?? '');
    const value = issue.path.reduce<unknown>((at, step) => (at as Raw)?.[String(step)], merged);
    return `${places.get(key) ?? key}: ${issue.message} (got ${JSON.stringify(value)})`;
  });
  return refuse('config', lines.join('\n'));
}
