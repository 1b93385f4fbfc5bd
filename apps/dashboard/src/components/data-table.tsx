import type { ComponentChildren } from 'preact';
import './data-table.css';

export interface Column<Row> {
  readonly id: string;
  readonly label: string;
  readonly cell: (row: Row) => ComponentChildren;
  /** Right-aligned, with digits of one width. */
  readonly isNumber?: boolean;
  /** Not on phones. */
  readonly isExtra?: boolean;
}

export interface DataTableProps<Row> {
  /** What the table is of; read aloud, not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
}

/** A table that scrolls sideways inside its frame where the screen is narrower; the first column names the row. */
export function DataTable<Row>({ caption, columns, rows, rowKey }: DataTableProps<Row>) {
  const classOf = ({ isNumber, isExtra }: Column<Row>): string => `${isNumber ? 'number ' : ''}${isExtra ? 'extra' : ''}`;
  return (
    <div class="table-frame" role="region" aria-label={caption} tabIndex={0}>
      <table class="data-table">
        <caption class="unseen">{caption}</caption>
        <thead><tr>{columns.map((column) => <th key={column.id} scope="col" class={classOf(column)}>{column.label}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, at) => (at === 0 ? <th key={column.id} scope="row" class={classOf(column)}>{column.cell(row)}</th> : <td key={column.id} class={classOf(column)}>{column.cell(row)}</td>))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
