import { z } from 'zod';
import { productSchema, productSummarySchema } from '../schemas/product.ts';
import { changeSchema, jobSchema, syncRunSchema } from '../schemas/run.ts';
import { supplierSchema } from '../schemas/supplier.ts';
import { problemSchema } from './problem.ts';
import { isLong, type Route } from './route.ts';
import { apiPrefix } from './routes-plugin.ts';

type Json = Readonly<Record<string, unknown>>;

/** Schemas that have a name of their own in the document. */
const named = z.registry<{ id: string }>();
const components = { Product: productSchema, ProductSummary: productSummarySchema, Supplier: supplierSchema, SyncRun: syncRunSchema, Change: changeSchema, Job: jobSchema, Problem: problemSchema };
for (const [id, schema] of Object.entries(components)) named.add(schema, { id });

/** The whole API as OpenAPI 3.1, from the very schemas that check requests and answers. */
export function openApiDocument(routes: readonly Route[]): Json {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const id of Object.keys(components)) jsonSchema(components[id as keyof typeof components], 'output', schemas);
  for (const route of routes) {
    const path = apiPrefix + route.path;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: { title: '1688sync', version: '1', description: 'A mirror of 1688 product data. Money is text in yuan; times are ISO 8601; ids are text. Not affiliated with Alibaba.', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { session: [] }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', description: 'A key made with "1688sync serve keys add NAME".' },
        session: { type: 'apiKey', in: 'cookie', name: '1688sync_session', description: 'For browsers; what changes something needs X-CSRF-Token too.' },
      },
    },
  };
}

function operation(route: Route, schemas: Record<string, unknown>): Json {
  const { example } = route;
  return {
    operationId: route.id, tags: [route.tag], summary: route.summary, 'x-role': route.role,
    ...(route.role === 'anybody' ? { security: [] } : {}),
    parameters: [...parameters(route.params, 'path', example.params, schemas), ...parameters(route.query, 'query', example.query, schemas), ...headerParameters(route)],
    ...requestBody(route, schemas),
    responses: { [String(route.status ?? 200)]: { description: 'Done.', content: replyContent(route, schemas) }, default: { description: 'A problem (RFC 9457).', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } } },
  };
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query', examples: Readonly<Record<string, string>> | undefined, schemas: Record<string, unknown>): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = jsonSchema(schema, 'input', schemas) as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).map(([name, each]) => ({
    name, in: place, required: place === 'path' || required.includes(name), schema: each, ...(examples?.[name] === undefined ? {} : { example: examples[name] }),
  }));
}

function headerParameters({ method, gives }: Route): Json[] {
  const text = (name: string, description: string): Json => ({ name, in: 'header', required: false, schema: { type: 'string' }, description });
  return [
    ...(method === 'POST' ? [text('Idempotency-Key', 'Sent again with the same request, it gets the same answer, for a day.')] : []),
    ...(Array.isArray(gives) && gives.includes('text/event-stream') ? [text('Last-Event-ID', 'Goes on after this event.')] : []),
  ];
}

function requestBody(route: Route, schemas: Record<string, unknown>): Json {
  if (route.takesFile) return { requestBody: { required: true, content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' }, example: route.example.body } } } };
  if (!route.body) return {};
  return { requestBody: { required: false, content: { 'application/json': { schema: jsonSchema(route.body, 'input', schemas), ...(route.example.body === undefined ? {} : { example: route.example.body }) } } } };
}

function replyContent(route: Route, schemas: Record<string, unknown>): Json {
  if (Array.isArray(route.gives)) return Object.fromEntries((route.gives as readonly string[]).map((type) => [type, { schema: { type: 'string', ...(isLong(route) && type.startsWith('application/vnd') ? { format: 'binary' } : {}) } }]));
  return { 'application/json': { schema: jsonSchema(route.gives as z.ZodType, 'output', schemas) } };
}

/** A schema as JSON Schema; what has a name is put among the components and referred to. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, unknown>): Json {
  const wrapped = z.toJSONSchema(z.strictObject({ it: schema }), { io, metadata: metadataOf, reused: 'inline', unrepresentable: 'any' }) as unknown as { properties: { it: Json }; $defs?: Record<string, Json> };
  for (const [id, definition] of Object.entries(wrapped.$defs ?? {})) schemas[id] ??= relinked(definition);
  return relinked(wrapped.properties.it);
}

/** Descriptions come from where schemas are made, names from the list above. */
const metadataOf = {
  get(schema: z.ZodType) {
    const meta = z.globalRegistry.get(schema);
    const name = named.get(schema);
    return meta || name ? { ...meta, ...name } : undefined;
  },
  has(schema: z.ZodType) {
    return z.globalRegistry.has(schema) || named.has(schema);
  },
} as unknown as typeof z.globalRegistry;

function relinked(value: Json): Json {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', '"#/components/schemas/').replaceAll(/"id":"(?:Product|ProductSummary|Supplier|SyncRun|Change|Job|Problem)",?/g, '')) as Json;
}
