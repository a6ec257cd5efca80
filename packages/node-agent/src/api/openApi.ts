/** The OpenAPI 3.1 description of the local API, made from the operations' schemas. */
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { operations } from './operations.ts';
import { errorSchema } from './schemas.ts';

/** The document, as plain data. */
export function openApi(): Readonly<Record<string, unknown>> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const operation of operations) {
    const { method, path } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeOperation(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hedgerow local API',
      version: '1',
      description: 'Served on the Unix socket api.sock in the run directory, for its owner only.',
    },
    paths,
  };
}

function describeOperation(operation: Operation): Readonly<Record<string, unknown>> {
  const { id, summary, output } = operation;
  return {
    operationId: id,
    summary,
    ...describeInput(operation),
    responses: {
      200: { description: 'Done', ...jsonContent(output) },
      default: { description: 'Refused', ...jsonContent(errorSchema) },
    },
  };
}

function describeInput({ method, input }: Operation): Readonly<Record<string, unknown>> {
  if (method === 'POST') return { requestBody: jsonContent(input) };
  const { properties = {}, required = [] } = z.toJSONSchema(input);
  const parameters = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
  return { parameters };
}

function jsonContent(schema: z.ZodType): Readonly<Record<string, unknown>> {
  return { content: { 'application/json': { schema: z.toJSONSchema(schema) } } };
}
