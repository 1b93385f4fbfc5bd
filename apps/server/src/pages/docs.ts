import { z } from 'zod';
import type { Route } from '../api/route.ts';
import { apiPrefix } from '../api/routes-plugin.ts';
import { html, type Html } from '../html.ts';
import { layout } from '../layout.ts';
import type { Words } from '../words.ts';

/** `/docs`: every address of the API on one page without a script. The same is at /api/v1/openapi.json for programs. */
export function docsPage(routes: readonly Route[], words: Words): string {
  const tags = [...new Set(routes.map((route) => route.tag))];
  const content = html`<h1>API</h1><p>${words.apiIntro} <a href="${apiPrefix}/openapi.json">openapi.json</a></p>
<pre>curl -H "Authorization: Bearer $KEY" http://127.0.0.1:1688${apiPrefix}/search?q=连衣裙</pre>
${tags.map((tag) => html`<h2>${tag}</h2>${routes.filter((route) => route.tag === tag).map(section)}`)}`;
  return layout(content, { words, other: `/docs?lang=${words.otherCode}` });
}

function section(route: Route): Html {
  const parts = [...fields(route.params), ...fields(route.query)];
  const body = route.body ? fields(route.body) : [];
  return html`<section><h3><code>${route.method} ${apiPrefix}${route.path}</code></h3><p>${route.summary} <span class="soft">(${route.role})</span></p>${table(parts)}${body.length > 0 ? html`<p class="soft">JSON</p>${table(body)}` : ''}</section>`;
}

interface Field {
  readonly name: string;
  readonly form: string;
  readonly meaning: string;
}

function table(rows: readonly Field[]): Html | null {
  return rows.length === 0 ? null : html`<div class="scroll"><table>${rows.map(({ name, form, meaning }) => html`<tr><th><code>${name}</code></th><td>${form}</td><td>${meaning}</td></tr>`)}</table></div>`;
}

function fields(schema: z.ZodType | undefined): Field[] {
  if (!schema) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { properties?: Record<string, { type?: string; enum?: readonly string[]; default?: unknown; description?: string }> };
  return Object.entries(properties).map(([name, { type = '', enum: values, default: usual, description = '' }]) => ({
    name, form: `${values ? values.join(' | ') : type}${usual === undefined || usual === '' ? '' : ` = ${JSON.stringify(usual)}`}`, meaning: description,
  }));
}
