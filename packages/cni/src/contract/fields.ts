/** Reading of untyped JSON: each reader gives a value of its type or says which field is wrong. */
import { ok } from '@hedgerow/core';
import { type CniResult, cniError } from './errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field is not what it must be: code 7. */
export function badField(field: string, must: string): ReturnType<typeof cniError> {
  return cniError('config', `${field} must be ${must}`, 'correct the network configuration');
}

/** An object; a missing one and null read as empty. */
export function readObject(value: unknown, field: string): CniResult<JsonObject> {
  if (value === undefined || value === null) return ok({});
  return isObject(value) ? ok(value) : badField(field, 'an object');
}

/** A list of texts; a missing one and null read as undefined. */
export function readTexts(value: unknown, field: string): CniResult<readonly string[] | undefined> {
  if (value === undefined || value === null) return ok(undefined);
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  if (Array.isArray(value) && texts.length === value.length) return ok(texts);
  return badField(field, 'a list of strings');
}

/** A text; a missing one, null and '' read as undefined. */
export function readText(value: unknown, field: string): CniResult<string | undefined> {
  if (value === undefined || value === null || value === '') return ok(undefined);
  return typeof value === 'string' ? ok(value) : badField(field, 'a string');
}
