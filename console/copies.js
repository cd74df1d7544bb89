// A request as a command line, or as a file of an editor.

/** The text of `curl`, `httpie` or `http`, and whether secrets in it are masked. */
export function copies(exchange, kind) {
  const message = exchange.stages.asked ?? exchange.stages.passed;
  const fields = message.fields.filter((field) => !OWN.has(field.name.toLowerCase()));
  const request = { method: exchange.method, url: exchange.url, fields, body: message.body };
  return { text: FORMS[kind](request), isMasked: fields.some((field) => field.masked) };
}

// A client writes these itself.
const OWN = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'proxy-connection', 'accept-encoding']);

const FORMS = { curl, httpie, http };

function curl({ method, url, fields, body }) {
  const parts = [`curl ${quoted(url)}`];
  if (method !== 'GET' || body) parts.push(`-X ${method}`);
  for (const field of fields) parts.push(`-H ${quoted(`${field.name}: ${field.value}`)}`);
  if (body) parts.push(body.text === null ? '--data-binary @body.bin' : `--data-raw ${quoted(body.text)}`);
  return parts.join(' \\\n  ');
}

function httpie({ method, url, fields, body }) {
  const parts = [`http ${method} ${quoted(url)}`];
  for (const field of fields) parts.push(quoted(`${field.name}:${field.value}`));
  if (body) parts.push(body.text === null ? '@body.bin' : `--raw ${quoted(body.text)}`);
  return parts.join(' \\\n  ');
}

function http({ method, url, fields, body }) {
  const lines = [`${method} ${url}`, ...fields.map((field) => `${field.name}: ${field.value}`)];
  if (body) lines.push('', body.text ?? '< ./body.bin');
  return `${lines.join('\n')}\n`;
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;
