import type { CniResult } from '../contract/errors.ts';
import type { JsonObject } from '../contract/fields.ts';
import type { CniVersion } from '../contract/versions.ts';
import type { Port } from '../port.ts';

/** One call of the plugin, its version checked. */
export interface Request {
  readonly port: Port;
  readonly version: CniVersion;
  readonly config: JsonObject;
}

/** A verb gives what to print, or undefined for nothing; or the error. */
export type Verb = (request: Request) => CniResult<JsonObject | undefined>;
