// Runs before the first paint, so that a chosen theme or language does not flash.
(() => {
  const read = (name) => {
    try {
      return JSON.parse(localStorage.getItem('evotor-gateway'))?.[name];
    } catch {
      return undefined;
    }
  };
  const root = document.documentElement;
  const theme = read('theme');
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  const tongue = read('language') ?? navigator.language.slice(0, 2);
  root.lang = tongue === 'ru' ? 'ru' : 'en';
})();
