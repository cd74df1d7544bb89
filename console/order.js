// The order of the timeline: by falling numbers, which are given by the beginning.

/** Whether a row stands above another. */
export const isAbove = (one, other) => one.id > other.id;

/** Where a row stands among sorted rows, or would. */
export function placeOf(rows, row) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isAbove(rows[middle], row)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sorted rows with some more of them, which are sorted too and mostly above. */
export function merged(more, rows) {
  if (more.length === 0) return rows;
  if (rows.length === 0 || isAbove(more.at(-1), rows[0])) return more.concat(rows);
  const all = rows.slice();
  for (const row of more) all.splice(placeOf(all, row), 0, row);
  return all;
}

/** The same with a row in place of the one of its number. */
export function replace(rows, row) {
  const place = placeOf(rows, row);
  if (rows[place]?.id === row.id) rows[place] = row;
}
