/** Plain-text tables: columns wide enough for their cells, numbers to the right. */

export type TableColumn = { readonly title: string; readonly align: 'left' | 'right' };

/** Renders a table with a rule below the titles; an empty row becomes a blank line. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
): string {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => (row[index] ?? '').length)),
  );
  const renderRow = (cells: readonly string[]): string =>
    columns
      .map(({ align }, index) => {
        const [cell, width] = [cells[index] ?? '', widths[index] ?? 0];
        return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd();
  return [
    renderRow(columns.map(({ title }) => title)),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rows.map(renderRow),
  ].join('\n');
}

/** Renders a number with its interval: `0.84 ± 0.02`; a dash where there is none. */
export function renderInterval(
  interval: { readonly mean: number | null; readonly half_width: number | null },
  options: { readonly digits?: number; readonly isSigned?: boolean } = {},
): string {
  const { digits = 3, isSigned = false } = options;
  if (interval.mean === null) return '-';
  const sign = isSigned && interval.mean >= 0 ? '+' : '';
  const width = interval.half_width === null ? '' : ` ± ${interval.half_width.toFixed(digits)}`;
  return `${sign}${interval.mean.toFixed(digits)}${width}`;
}

/** Renders a number, or a dash for null. */
export function renderNumber(value: number | null, digits = 3): string {
  return value === null ? '-' : value.toFixed(digits);
}
