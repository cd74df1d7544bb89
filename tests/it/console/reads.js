// Notes every member that the page reads of what the gateway answers. Runs before the page's own scripts.
(() => {
  const reads = new Set();
  window.reads = () => [...reads].map((one) => JSON.parse(one));
  let quiet = false;
  const seen = new WeakMap();
  const own = new Set(['then', 'toJSON']);

  function watched(value, from, path) {
    if (value === null || typeof value !== 'object') return value;
    if (seen.has(value)) return seen.get(value);
    const proxy = new Proxy(value, {
      get(target, name) {
        const inner = Reflect.get(target, name);
        if (typeof name === 'symbol') return inner;
        if (Array.isArray(target)) return /^\d+$/.test(name) ? watched(inner, from, [...path, '[]']) : inner;
        if (!quiet && !own.has(name)) reads.add(JSON.stringify([...from, [...path, name]]));
        return watched(inner, from, [...path, name]);
      },
    });
    seen.set(value, proxy);
    return proxy;
  }

  const { parse } = JSON;
  const answers = new WeakMap();
  const { fetch } = window;
  window.fetch = async (path, options = {}) => {
    const answer = await fetch(path, options);
    answers.set(answer, [options.method ?? 'GET', String(path).split('?')[0], answer.status]);
    return answer;
  };
  const { json } = Response.prototype;
  Response.prototype.json = async function read() {
    const value = await json.call(this);
    return answers.has(this) ? watched(value, answers.get(this), []) : value;
  };

  // What one window tells the others is no proxy, and telling is not reading.
  const { postMessage } = BroadcastChannel.prototype;
  BroadcastChannel.prototype.postMessage = function post(message) {
    quiet = true;
    try {
      postMessage.call(this, parse(JSON.stringify(message)));
    } finally {
      quiet = false;
    }
  };

  let told = null;
  EventSource.prototype.addEventListener = function listen(type, act, options) {
    return EventTarget.prototype.addEventListener.call(this, type, (event) => {
      if (event.data !== undefined) told = [type, event.data];
      act(event);
    }, options);
  };
  JSON.parse = (text, ...more) => {
    const value = parse(text, ...more);
    return told !== null && text === told[1] ? watched(value, ['EVENT', told[0], 200], []) : value;
  };
})();
