// Node before NODE_USE_ENV_PROXY (22.21, 24.0) goes straight to the host whatever HTTPS_PROXY says.
// Loaded by NODE_OPTIONS before the program: agents of http and https, and fetch, take the proxy.
'use strict';

const http = require('http');
const https = require('https');
const net = require('net');
const tls = require('tls');

const [major, minor] = process.versions.node.split('.').map(Number);
const knowsProxies = major >= 24 || (major === 22 && minor >= 21);
const proxy = process.env.HTTPS_PROXY && URL.canParse?.(process.env.HTTPS_PROXY) && new URL(process.env.HTTPS_PROXY);
if (!knowsProxies && proxy) lead();

function lead() {
  const straight = http.Agent.prototype.createConnection;
  http.Agent.prototype.createConnection = function (options, done) {
    if (isDirect(options)) return straight.call(this, options, done);
    // The proxy serves a request without the scheme by its Host.
    return straight.call(this, { ...options, ...entrance() }, done);
  };
  const secure = https.Agent.prototype.createConnection;
  https.Agent.prototype.createConnection = function (options, done) {
    if (isDirect(options)) return secure.call(this, options, done);
    tunnel(options, (error, socket) => (error ? done(error) : done(null, secure.call(this, { ...options, socket }))));
  };
  leadFetch();
}

// undici's Agent is not exported; the one that fetch uses by itself tells its class.
function leadFetch() {
  const plain = globalThis.fetch;
  if (!plain) return;
  let agent;
  globalThis.fetch = function fetch(input, init) {
    if (init?.dispatcher) return plain(input, init);
    if (!agent) {
      void globalThis.Response;
      const own = globalThis[Symbol.for('undici.globalDispatcher.1')];
      if (own?.constructor.name !== 'Agent') return plain(input, init);
      agent = new own.constructor({ connect });
    }
    return plain(input, { ...init, dispatcher: agent });
  };
}

function connect({ hostname, port, protocol, servername }, done) {
  const isSecure = protocol === 'https:';
  const host = hostname.replace(/^\[|\]$/g, '');
  const options = { host, port: Number(port) || (isSecure ? 443 : 80) };
  const finish = (error, base) => {
    if (error) return done(error);
    const name = servername ?? (net.isIP(host) ? undefined : host);
    const socket = isSecure ? tls.connect({ ...base, servername: name, ALPNProtocols: ['http/1.1'] }) : net.connect(base);
    const failed = (error) => done(error);
    socket.once('error', failed);
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      socket.off('error', failed);
      done(null, socket);
    });
  };
  if (isDirect(options)) return finish(null, options);
  if (!isSecure) return finish(null, entrance());
  return tunnel(options, (error, socket) => finish(error, { socket }));
}

function tunnel({ host, port }, done) {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port || 443}`;
  const request = http.request({
    ...entrance(), method: 'CONNECT', path: authority, headers: { host: authority }, agent: false,
  });
  request.once('error', done);
  request.once('connect', ({ statusCode }, socket) => {
    if (statusCode === 200) return done(null, socket);
    socket.destroy();
    done(new Error(`the proxy answered CONNECT ${authority} with ${statusCode}`));
  });
  request.end();
}

function entrance() {
  return { host: proxy.hostname.replace(/^\[|\]$/g, ''), port: Number(proxy.port) || 80 };
}

// An agent of the program's own may bring a socket that leads through a proxy already.
function isDirect({ host, port, socket, socketPath, path }) {
  if (socket || socketPath || !host || (path && !port)) return true;
  const named = (process.env.NO_PROXY ?? '').toLowerCase().split(/[\s,]+/).filter(Boolean);
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return named.some((one) => {
    const suffix = one.replace(/^\*?\./, '');
    return one === '*' || name === suffix || name.endsWith(`.${suffix}`) || `${name}:${port}` === one;
  });
}
