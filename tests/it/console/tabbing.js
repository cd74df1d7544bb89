// Writes down what gets the focus, from the top of the page on. `tabbing()` says what is wrong with it.
const brief = (node) => node.outerHTML.replace(/\s+/g, ' ').slice(0, 120);
const wanted = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter((one) => one.tabIndex >= 0 && !one.disabled && one.checkVisibility() && one.offsetParent !== null);
const reached = new Set();
const wrong = [];
let last = null;

// Whether `next` stands before `node`: to the left on its line, or above it in its column.
function isBefore(next, node) {
  const [to, from] = [next, node].map((one) => one.getBoundingClientRect());
  const shared = Math.min(to.bottom, from.bottom) - Math.max(to.top, from.top);
  if (shared > Math.min(to.height, from.height) / 2) return to.right <= from.left + 1;
  const isSameColumn = Math.min(to.right, from.right) > Math.max(to.left, from.left);
  return to.bottom <= from.top + 1 && isSameColumn;
}

const watch = new AbortController();
document.addEventListener('focusin', ({ target }) => {
  if (reached.has(target)) {
    watch.abort();
    return;
  }
  reached.add(target);
  const { outlineStyle, outlineWidth } = getComputedStyle(target);
  if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2) wrong.push(`its focus is not seen: ${brief(target)}`);
  if (last?.isConnected && isBefore(target, last)) wrong.push(`${brief(target)} comes behind ${brief(last)}`);
  last = target;
}, { signal: watch.signal });

window.tabbing = () => {
  watch.abort();
  return [...wrong, ...wanted.filter((one) => one.isConnected && !reached.has(one)).map((one) => `never reached: ${brief(one)}`)];
};
document.activeElement?.blur();
return wanted.length;
