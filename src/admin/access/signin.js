
const at = (id) => document.getElementById(id);
// As chosen in the console, or as the browser prefers.
const russian = document.documentElement.lang === 'ru';
if (russian) {
  at('label').textContent = 'Токен консоли';
  at('enter').textContent = 'Войти';
}
const say = (en, ru) => { at('said').textContent = russian ? ru : en; };

// A link that was used leaves nothing of itself behind.
const linked = location.pathname === '/signin';
if (linked) {
  history.replaceState(null, '', '/' + location.hash);
  say('This link is no longer good. Take the newest one that the gateway has printed', 'Ссылка больше не действует. Возьмите последнюю из напечатанных шлюзом');
}

// Asked for anew from here, the page is asked for with the cookie.
function open(hash) {
  history.replaceState(null, '', location.pathname + location.search + hash);
  location.reload();
}

async function show(token) {
  const body = JSON.stringify({ token });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await fetch('/api/session', { method: 'POST', headers, body }).catch(() => null);
  if (answer?.ok) open(given ? '' : location.hash);
  else if (answer) say('That is not the token: admin.token of gateway.yaml, or the newest link that the gateway has printed', 'Это не тот токен: нужен admin.token из gateway.yaml или последняя ссылка, напечатанная шлюзом');
  else say('The gateway does not answer', 'Шлюз не отвечает');
}

at('enter').addEventListener('click', () => show(at('token').value));
at('token').addEventListener('keydown', (event) => { if (event.key === 'Enter') show(event.target.value); });

const given = new URLSearchParams(location.hash.slice(1)).get('token');
// Whether it is right or wrong, the address keeps nothing of it.
if (given) history.replaceState(null, '', location.pathname + location.search);
if (given) show(given);
else {
  // A link of another site comes without the cookie although there is one.
  const known = await fetch('/api/session').then((answer) => answer.json()).catch(() => null);
  const tried = sessionStorage.getItem('signed_in');
  sessionStorage.setItem('signed_in', known?.signed_in ? 'tried' : '');
  if (known?.signed_in && !tried) open(location.hash);
}
