// How each platform is led through the gateway and told to trust its authority.

/** `[platform, lines]` with this gateway's addresses. Lines that begin with `#` are remarks. */
export function steps({ proxy, http, https, page, ca }) {
  const { hostname, port } = new URL(proxy);
  const inside = proxy.replace('127.0.0.1', 'host.docker.internal');
  const inDevice = `${proxy.includes('127.0.0.1') ? '10.0.2.2' : hostname}:${port}`;
  const variables = `HTTP_PROXY=${proxy} HTTPS_PROXY=${proxy}`;
  return [
    ['exec', [`evotor-gateway exec -- npm test`, `eval "$(evotor-gateway exec --env)"`]],
    ['android', [
      `adb push ca.pem /sdcard/Download/`,
      `adb reverse tcp:${port} tcp:${port}`,
      `adb shell settings put global http_proxy 127.0.0.1:${port}`,
      `adb shell settings put global http_proxy :0`,
    ]],
    ['emulator', [
      `emulator -avd NAME -http-proxy ${proxy}`,
      `adb push ca.pem /sdcard/Download/`,
      `adb shell settings put global http_proxy ${inDevice}`,
    ]],
    ['jvm', [
      `keytool -importcert -noprompt -alias evotor-gateway -file ca.pem -keystore trust.p12 -storepass changeit`,
      `java -Djavax.net.ssl.trustStore=trust.p12 -Djavax.net.ssl.trustStorePassword=changeit \\`,
      `  -Dhttp.proxyHost=${hostname} -Dhttp.proxyPort=${port} -Dhttps.proxyHost=${hostname} -Dhttps.proxyPort=${port} -jar app.jar`,
    ]],
    ['node', [`NODE_EXTRA_CA_CERTS=ca.pem NODE_USE_ENV_PROXY=1 ${variables} node app.js`]],
    ['python', [`REQUESTS_CA_BUNDLE=ca.pem SSL_CERT_FILE=ca.pem ${variables} python app.py`]],
    ['php', [
      `http_proxy=${proxy} https_proxy=${proxy} \\`,
      `  php -d curl.cainfo=$PWD/ca.pem -d openssl.cafile=$PWD/ca.pem app.php`,
    ]],
    ['curl', [`curl --cacert ca.pem -x ${proxy} https://loyalty.example.ru/api/points`]],
    ['docker', [
      `docker run --add-host host.docker.internal:host-gateway -v $PWD/ca.pem:/ca.pem:ro \\`,
      `  -e SSL_CERT_FILE=/ca.pem -e NODE_EXTRA_CA_CERTS=/ca.pem -e HTTP_PROXY=${inside} -e HTTPS_PROXY=${inside} IMAGE`,
    ]],
    ['hosts', [`${hostname} loyalty.example.ru`, `curl --cacert ca.pem --connect-to ::${authority(https)} https://loyalty.example.ru/api/points`]],
  ].map(([name, lines]) => [name, name === 'exec' ? lines : [`curl -o ca.pem ${page}${ca}`, ...lines]])
    .filter(([name]) => name !== 'hosts' || (http && https));
}

const authority = (url) => (url ? new URL(url).host : '');
