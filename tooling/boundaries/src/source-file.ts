import { parseSync } from 'vite';

/** One module that a file names, however it does so. */
export interface Reference {
  readonly specifier: string;
  readonly line: number;
  /** Gone after compiling: `import type`, `import('x').Y`. */
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

/** Something a file does that some files may not. */
export interface Habit {
  readonly kind: 'console' | 'default export' | 'environment' | 'export star' | 'outside world' | 'skipped test';
  readonly text: string;
  readonly line: number;
}

export interface SourceFile {
  readonly references: readonly Reference[];
  readonly habits: readonly Habit[];
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [field: string]: unknown;
}

/** @throws when the text is no TypeScript */
export function readSource(name: string, text: string): SourceFile {
  const { program, errors } = parseSync(name, text);
  if (errors.length > 0) throw new Error(`${name} cannot be parsed: ${errors[0]?.message}`);
  const references: Reference[] = [];
  const habits: Habit[] = [];
  const lineOf = (node: Node): number => text.slice(0, node.start).split('\n').length;
  for (const node of nodes(program)) {
    const reference = referenceOf(node);
    if (reference) references.push({ ...reference, line: lineOf(node) });
    const habit = habitOf(node);
    if (habit) habits.push({ ...habit, line: lineOf(node) });
  }
  return { references, habits };
}

function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const each of value) yield* nodes(each);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
  if (isNode(value)) yield value;
  for (const child of Object.values(value)) if (typeof child === 'object') yield* nodes(child);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

function referenceOf(node: Node): Omit<Reference, 'line'> | null {
  const named = (source: unknown, typeOnly = false, reExport = false): Omit<Reference, 'line'> | null => {
    const specifier = literal(source);
    return specifier === null ? null : { specifier, typeOnly, reExport };
  };
  switch (node.type) {
    case 'ImportDeclaration':
      return named(node['source'], node['importKind'] === 'type');
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return named(node['source'], node['exportKind'] === 'type', true);
    case 'ImportExpression':
      return named(node['source']);
    case 'TSImportType':
      return named(node['source'] ?? node['argument'], true);
    case 'TSExternalModuleReference':
      return named(node['expression']);
    case 'CallExpression':
      return /^(require|import\.meta\.resolve|require\.resolve)$/.test(dotted(node['callee'])) ? named((node['arguments'] as unknown[])[0]) : null;
    default:
      return null;
  }
}

/** What core may not touch: clock, chance, network, timers. */
const outside = /^(Date\.now|Math\.random|performance\.now|fetch|setTimeout|setInterval|crypto\.randomUUID|crypto\.getRandomValues)$/;
const skipping = /^(test|it|describe)(\.\w+)*\.(skip|only|todo|skipIf|runIf|fails)$/;

function habitOf(node: Node): Omit<Habit, 'line'> | null {
  if (node.type === 'ExportAllDeclaration') return { kind: 'export star', text: 'export *' };
  if (node.type === 'ExportDefaultDeclaration' || exportsDefault(node)) return { kind: 'default export', text: 'export default' };
  if (node.type === 'NewExpression' && dotted(node['callee']) === 'Date' && (node['arguments'] as unknown[]).length === 0) return { kind: 'outside world', text: 'new Date()' };
  if (node.type === 'CallExpression' && outside.test(dotted(node['callee']))) return { kind: 'outside world', text: dotted(node['callee']) };
  if (node.type === 'ImportDeclaration' && /^(node:)?process$/.test(literal(node['source']) ?? '')) return { kind: 'environment', text: 'node:process' };
  if (node.type !== 'MemberExpression') return null;
  const text = dotted(node);
  if (/^(globalThis\.)?console\.\w+$/.test(text)) return { kind: 'console', text };
  if (/^(globalThis\.)?process\.env$/.test(text)) return { kind: 'environment', text };
  if (skipping.test(text)) return { kind: 'skipped test', text };
  return null;
}

function exportsDefault(node: Node): boolean {
  return node.type === 'ExportSpecifier' && (nameOf(node['exported']) === 'default');
}

/** `a.b.c` of a chain of plain names, '' of anything else. */
function dotted(node: unknown): string {
  if (!isNode(node)) return '';
  if (node.type === 'Identifier') return nameOf(node);
  if (node.type === 'MetaProperty') return 'import.meta';
  if (node.type !== 'MemberExpression') return '';
  const [object, property] = [dotted(node['object']), node['computed'] ? literal(node['property']) : nameOf(node['property'])];
  return object && property ? `${object}.${property}` : '';
}

function nameOf(node: unknown): string {
  return isNode(node) && typeof node['name'] === 'string' ? node['name'] : (literal(node) ?? '');
}

/** The text of a string literal or of a template without holes, or null. */
function literal(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (node.type === 'TSLiteralType') return literal(node['literal']);
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : null;
  const quasis = node.type === 'TemplateLiteral' ? (node['quasis'] as { value: { cooked: string } }[]) : [];
  return quasis.length === 1 ? (quasis[0]?.value.cooked ?? null) : null;
}
