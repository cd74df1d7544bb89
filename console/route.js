// Addresses within the page: `#/exchange/42?filter=status:4xx`. They can be sent to a colleague.

/** The address in the location bar, in parts. */
export function route() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  const at = { view: parts[0] ?? 'timeline', parts: parts.slice(1), query: new URLSearchParams(query) };
  if (at.view === 'timeline' || at.view === 'exchange') kept = at.query.get('filter');
  return at;
}

let kept = null;

/** The filter of the timeline, while another view is shown too. */
export const keptFilter = () => kept;

/** The address of a view. */
export function address(view, parts = [], query = {}) {
  const path = [view, ...parts].map((part) => encodeURIComponent(part)).join('/');
  const kept = Object.entries(query).filter(([, value]) => value);
  const text = new URLSearchParams(kept).toString();
  return `#/${path}${text && `?${text}`}`;
}

/** Attributes of a link whose address is made anew when it is wanted: the filter may have changed meanwhile. */
export function current(to, more = {}) {
  const renew = ({ currentTarget }) => { currentTarget.href = to(); };
  return { href: to(), on: { pointerenter: renew, focus: renew, click: renew, ...more } };
}

/** Goes there; the way back stays open unless `replace` is set. */
export function go(to, { replace = false } = {}) {
  if (to === location.hash) return;
  if (replace) {
    history.replaceState(null, '', to);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else {
    location.hash = to;
  }
}

/** Writes the address down without going anywhere. */
export function note(to) {
  history.replaceState(null, '', to);
  route();
}

function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
