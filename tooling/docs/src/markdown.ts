export function page(title: string, parts: readonly string[]): string {
  return `<!-- Written by "npm run reference" from the code. -->\n# ${title}\n\n${parts.join('\n\n')}\n`;
}

export function table(head: readonly string[], rows: readonly string[]): string {
  return [row(head), row(head.map(() => '---')), ...rows].join('\n');
}

export function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
