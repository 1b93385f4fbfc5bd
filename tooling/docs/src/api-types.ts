import { apiDocument } from '@1688/server';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}
interface Operation {
  readonly parameters: readonly { name: string; in: string; required: boolean; schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly responses: Readonly<Record<string, { content: Readonly<Record<string, { schema: Schema }>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** Every address of the API as TypeScript, for the dashboard: what it takes and what it gives. */
export function apiTypes(): string {
  const { paths, components } = apiDocument() as unknown as Document;
  const schemas = Object.entries(components.schemas).map(([name, schema]) => `export type ${name} = ${typeOf(schema)};`);
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => `  '${method.toUpperCase()} ${path.replace('/api/v1', '')}': ${operationType(operation)};`));
  return `// Written from the API by "npm run reference"; a test compares.\n\n${schemas.join('\n')}\n\nexport interface Operations {\n${operations.join('\n')}\n}\n`;
}

function operationType({ parameters, requestBody, responses }: Operation): string {
  const body = requestBody?.content['application/json']?.schema;
  const good = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content['application/json'];
  return `{ params: ${fieldsIn('path')}; query: ${fieldsIn('query')}; body: ${body ? typeOf(body) : 'undefined'}; reply: ${good ? typeOf(good.schema) : 'Blob'} }`;

  function fieldsIn(place: string): string {
    const fields = parameters.filter((each) => each.in === place).map(({ name, required, schema }) => `${name}${required ? '' : '?'}: ${typeOf(schema)}${required ? '' : ' | undefined'}`);
    return fields.length === 0 ? 'object' : `{ ${fields.join('; ')} }`;
  }
}

function typeOf(schema: Schema): string {
  const { $ref, const: constant, enum: values, anyOf, oneOf, allOf, type, items } = schema;
  if ($ref !== undefined) return $ref.split('/').at(-1) ?? 'unknown';
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ');
  const choice = anyOf ?? oneOf;
  if (choice) return [...new Set(choice.map(typeOf))].join(' | ');
  if (allOf) return allOf.map(typeOf).join(' & ');
  if (Array.isArray(type)) return type.map((each: string) => typeOf({ ...schema, type: each })).join(' | ');
  if (type === 'array') return `Array<${items ? typeOf(items) : 'unknown'}>`;
  if (type === 'object') return objectType(schema);
  return { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' }[type as string] ?? 'unknown';
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(([name, each]) => `${/^\w+$/.test(name) ? name : `'${name}'`}${required.includes(name) ? '' : '?'}: ${typeOf(each)}${required.includes(name) ? '' : ' | undefined'}`);
  const rest = typeof additionalProperties === 'object' ? `Record<string, ${typeOf(additionalProperties)}>` : null;
  if (fields.length === 0) return rest ?? 'Record<string, unknown>';
  return `{ ${fields.join('; ')} }`;
}
