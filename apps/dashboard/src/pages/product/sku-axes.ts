/** Rows and columns when every SKU has the same two attributes and no pair stands twice; else null. */
export function matrixAxes(skus: readonly { readonly attributes: readonly { readonly name: string; readonly value: string }[] | null }[]): { readonly names: readonly [string, string]; readonly rows: readonly string[]; readonly columns: readonly string[] } | null {
  const [first] = skus;
  const [rowName, columnName] = first?.attributes?.map((each) => each.name) ?? [];
  if (rowName === undefined || columnName === undefined) return null;
  const fits = skus.every(({ attributes }) => attributes?.length === 2 && attributes[0]?.name === rowName && attributes[1]?.name === columnName);
  const rows = [...new Set(skus.map(({ attributes }) => attributes?.[0]?.value ?? ''))];
  const columns = [...new Set(skus.map(({ attributes }) => attributes?.[1]?.value ?? ''))];
  const pairs = new Set(skus.map(({ attributes }) => matrixKey(attributes?.[0]?.value, attributes?.[1]?.value)));
  return fits && pairs.size === skus.length && columns.length <= 12 && rows.length * columns.length <= skus.length * 3 ? { names: [rowName, columnName], rows, columns } : null;
}

/** Of a cell. */
export function matrixKey(row = '', column = ''): string {
  return JSON.stringify([row, column]);
}
