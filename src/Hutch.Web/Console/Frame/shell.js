// The frame around every page: the strip with the state of the instrument, the menu of small screens, and the warning about old news.
import { boot, html, render, Mark, num, span } from './ui.js';
import { useInstrument } from './instrument.js';

export const writerMark = { READY: ['ok', 'Ready'], WRITING: ['busy', 'Writing'], UNKNOWN: ['warn', 'Unknown'] };

function Strip() {
  const { writer, services, store, isOld, heard } = useInstrument();
  const [kind, text] = writerMark[writer?.state] ?? writerMark.UNKNOWN;
  const run = writer?.acquisition;
  const up = services?.filter(s => s.state === 'running' && s.ready).length;
  const wanted = services?.filter(s => s.wanted).length;
  return html`
    <span>Acquisition <${Mark} kind=${isOld ? 'old' : kind}>${text}</${Mark}>
      ${writer?.state === 'WRITING' && run && html`<span class="num">${num(run.stats.n_write_completed)} of ${num(run.info.n_images)}</span>`}</span>
    ${services && html`<span>Services <${Mark} kind=${isOld ? 'old' : up === wanted ? 'ok' : 'bad'}>${up} of ${wanted} ready</${Mark}></span>`}
    ${store && html`<span>Store <${Mark} kind=${isOld ? 'old' : store.away ? 'bad' : 'ok'}>${store.away ? `away, ${num(store.waiting)} entries waiting` : 'ok'}</${Mark}></span>`}
    <span class="news quiet"><${Mark} kind=${isOld ? 'old' : 'ok'}>${isOld ? `no news for ${span((performance.now() - heard) / 1000)}` : 'live'}</${Mark}></span>`;
}

function OldNews() {
  const { isOld, heard } = useInstrument();
  document.body.classList.toggle('is-old', isOld);
  return isOld ? html`<div class="old-news">No news from the server for ${span((performance.now() - heard) / 1000)}: the display is out of date. The page reconnects automatically.</div>` : null;
}

const strip = document.getElementById('strip');
strip.replaceChildren();
render(html`<${Strip} />`, strip);
render(html`<${OldNews} />`, document.getElementById('old-news'));

const menu = document.getElementById('menu');
menu.addEventListener('click', () => menu.setAttribute('aria-expanded', menu.getAttribute('aria-expanded') !== 'true'));
document.getElementById('leave')?.addEventListener('click', async () => {
  await fetch('logout', { method: 'POST' });
  location.assign('login');
});
export { boot };
