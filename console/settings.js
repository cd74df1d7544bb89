// What a person chose, kept in the browser.

const PLACE = 'evotor-gateway';
const DEFAULTS = { theme: 'system', language: null, keys: true, rows: 'full', app: null, payloads: [] };

function load() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem(PLACE)) };
  } catch {
    return { ...DEFAULTS };
  }
}

const values = load();

export const settings = {
  get: (name) => values[name],
  set(name, value) {
    values[name] = value;
    try {
      localStorage.setItem(PLACE, JSON.stringify(values));
    } catch {
      // A browser that keeps nothing still shows the page.
    }
  },
};
