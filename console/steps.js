// How each platform is led through the gateway and told to trust its authority: one command a step.

/** Whether a host is met from this machine alone. */
export const isNear = (host) => /^(?:localhost|.+\.localhost|127\.[\d.]+|\[::1\])$/.test(host);

/** `[platform, steps]` with this gateway's addresses and a URL that an app may call; a step is `[what it does, command]`. `page` is the console's origin. */
export function steps(known, page) {
  const { url = 'https://HOST/', proxy = known.proxy } = known.sample ?? {};
  const { hostname, port } = new URL(known.proxy);
  const near = isNear(hostname);
  const admin = /^http:\/\/(?:127\.0\.0\.1|localhost):4040$/.test(page) ? '' : ` --admin ${page.replace('http://', '')}`;
  const ca = ['ca', `curl -sSfo ca.pem ${page}/connect/ca.pem`];
  const shell = ['shell', `eval "$(evotor-gateway exec --env${admin})"`];
  const variables = (to) => `HTTP_PROXY=${to} HTTPS_PROXY=${to}`;
  const push = ['push', 'adb push ca.pem /sdcard/Download/'];
  const inside = near ? proxy.replace(hostname, 'host.docker.internal') : proxy;
  return [
    ['exec', [shell, ['exec', 'evotor-gateway exec -- npm test']]],
    ['android', [ca, push, near && ['reverse', `adb reverse tcp:${port} tcp:${port}`],
      ['proxy', `adb shell settings put global http_proxy ${near ? '127.0.0.1' : hostname}:${port}`],
      ['proxy.off', 'adb shell settings put global http_proxy :0']]],
    ['emulator', [ca, ['emulator', `emulator -avd NAME -http-proxy ${known.proxy}`], push,
      ['emulator.inside', `adb shell settings put global http_proxy ${near ? '10.0.2.2' : hostname}:${port}`],
      ['proxy.off', 'adb shell settings put global http_proxy :0']]],
    ['jvm', [ca,
      ['store', 'rm -f trust.p12; keytool -importcert -noprompt -alias evotor-gateway -file ca.pem -keystore trust.p12 -storetype PKCS12 -storepass changeit'],
      ['run', lines('java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit',
        `-Dhttp.proxyHost=${hostname} -Dhttp.proxyPort=${port}`, `-Dhttps.proxyHost=${hostname} -Dhttps.proxyPort=${port}`, '-jar app.jar')]]],
    ['node', [shell, ['run', 'node app.js'], ca,
      ['node.env', lines(`NODE_EXTRA_CA_CERTS=ca.pem NODE_USE_ENV_PROXY=1`, `${variables(proxy)} node app.js`)]]],
    ['python', [ca, ['run', lines('REQUESTS_CA_BUNDLE=ca.pem SSL_CERT_FILE=ca.pem', `${variables(proxy)} python3 app.py`)]]],
    ['php', [ca, ['run', lines(`http_proxy=${proxy} https_proxy=${proxy}`, 'php -d curl.cainfo="$PWD/ca.pem" -d openssl.cafile="$PWD/ca.pem" app.php')]]],
    ['curl', [ca, ['try', `curl --proxy ${proxy} --cacert ca.pem '${url}'`]]],
    ['docker', [ca, ['run', lines('docker run --rm --add-host host.docker.internal:host-gateway -v "$PWD/ca.pem:/ca.pem:ro"',
      '-e SSL_CERT_FILE=/ca.pem -e NODE_EXTRA_CA_CERTS=/ca.pem -e REQUESTS_CA_BUNDLE=/ca.pem', `-e HTTP_PROXY=${inside} -e HTTPS_PROXY=${inside} IMAGE`)]]],
    ['hosts', [ca, ['try', `curl --cacert ca.pem --connect-to ::${listener(known, url)} '${url}'`],
      ['hosts', `echo '${hostname} ${new URL(url).hostname}' | sudo tee -a /etc/hosts`]]],
  ].map(([name, all]) => [name, all.filter(Boolean)]);
}

// The one that takes a URL without a proxy.
const listener = ({ addresses }, url) => new URL(url.startsWith('https:') ? addresses.https : addresses.http).host;

// One command on several lines.
const lines = (...parts) => parts.join(' \\\n  ');
