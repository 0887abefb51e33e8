/** Rows grouped by the matter they are about, each group in the rows' order. */
export function byMatter<R extends { matter: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const group = groups.get(row.matter);
    if (group) group.push(row);
    else groups.set(row.matter, [row]);
  }
  return groups;
}
