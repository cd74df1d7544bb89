// Repeated attempts of one delivery as one row, which is the newest and says how many there are.

/** Where a row says how many attempts it stands for; no answer of the gateway has that. */
export const FOLDED = Symbol('folded');

// Whoever asks for attempts by the filter sees each.
const ASKED = /(?:^|[\s(-])(?:delivery|attempt):|is:retried/i;

/** Dispatches nothing; remembers which rows it has made. */
export class Folding {
  #made = new Map();
  #above = new Map();

  /** Sorted rows with only the newest attempt of each delivery. */
  rows(all, filter) {
    this.#above = new Map();
    if (ASKED.test(filter)) return all;
    const places = new Map();
    const kept = [];
    for (const row of all) {
      const key = row.attempt === null ? null : row.delivery;
      const first = key && places.get(key);
      if (first) {
        first.count += 1;
        this.#above.set(row.id, first.id);
      } else {
        if (key) places.set(key, { id: row.id, at: kept.length, count: 1 });
        kept.push(row);
      }
    }
    const before = this.#made;
    this.#made = new Map();
    for (const { id, at, count } of places.values()) {
      if (count === 1) continue;
      // The same again is the same object, which is not drawn anew.
      const known = before.get(id);
      const made = known?.of === kept[at] && known.row[FOLDED] === count ? known : { of: kept[at], row: { ...kept[at], [FOLDED]: count } };
      this.#made.set(id, made);
      kept[at] = made.row;
    }
    return kept;
  }

  /** The number under which an exchange stands in the list. */
  shown(id) {
    return this.#above.get(id) ?? id;
  }
}
