const written = Symbol('html');

/** Text that is HTML already; everything else is escaped when it is put into a template. */
export interface Html {
  readonly [written]: string;
}
type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template of HTML: what stands in it is trusted, what is put in is escaped. */
export function html(literal: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { [written]: literal.map((text, at) => (at === 0 ? text : render(parts[at - 1]) + text)).join('') };
}

export function toText(page: Html): string {
  return page[written];
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (Array.isArray(part)) return part.map(render).join('');
  if (typeof part === 'object') return (part as Html)[written];
  return String(part).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
