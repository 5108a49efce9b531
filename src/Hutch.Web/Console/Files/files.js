import { html, show, bytes, clock, num, Empty, Mark, Panel, useAnswer, useEffect, useRef, useState } from './ui.js';
import { useInstrument, on } from './instrument.js';

// h5web is large: it comes only when a file is opened.
function H5web({ file, version }) {
  const place = useRef();
  const root = useRef();
  const [error, setError] = useState(null);
  useEffect(() => {
    let ended = false;
    (async () => {
      try {
        const h5web = await import('./h5web.js');
        if (ended) return;
        root.current ??= h5web.createRoot(place.current);
        const provider = h5web.createElement(h5web.H5GroveProvider, { url: new URL('api/v1/h5grove', location.href).href, filepath: file, resetKeys: [version] }, h5web.createElement(h5web.App, { sidebarOpen: innerWidth > 700, propagateErrors: false }));
        root.current.render(h5web.createElement('div', { key: `${file} ${version}`, style: { height: '100%' } }, provider));
      } catch (e) { setError(e); }
    })();
    return () => { ended = true; };
  }, [file, version]);
  useEffect(() => () => root.current?.unmount(), []);
  return error ? html`<div class="note bad">The viewer could not be loaded: ${error.message}</div>` : html`<div id="h5web" ref=${place}></div>`;
}

function Files() {
  const { writer, back } = useInstrument();
  const [fresh, setFresh] = useState(0);
  const [search, setSearch] = useState('');
  const [asked, setAsked] = useState('');
  const [file, setFile] = useState(new URLSearchParams(location.search).get('file'));
  const [version, setVersion] = useState(0);
  useEffect(() => on('acquisition', () => setFresh(n => n + 1)), []);
  useEffect(() => { const t = setTimeout(() => setAsked(search), 250); return () => clearTimeout(t); }, [search]);
  const [runs, error] = useAnswer(`api/v1/acquisitions?n=50${asked ? `&search=${encodeURIComponent(asked)}` : ''}`, [fresh, back]);
  const growing = writer?.state === 'WRITING' ? writer.acquisition.info.output_file : null;
  const open = path => {
    setFile(path);
    history.replaceState(null, '', `files?file=${encodeURIComponent(path)}`);
  };
  const rows = (runs ?? []).flatMap(run => run.files.map(path => ({ path, run })));
  const isGrowing = file && file === growing;
  return html`<div class="stack">
    ${file ? html`<${Panel} label="File" title=${file.split('/').pop()} aside=${html`${isGrowing && html`<${Mark} kind="busy">${num(writer.acquisition.stats.n_write_completed)} images so far</${Mark}>`}<button type="button" onClick=${() => setVersion(version + 1)}>Read again</button>`}>
      <p class="quiet small wrap"><code>${file}</code></p><${H5web} file=${file} version=${version} /></${Panel}>` : null}
    <${Panel} title="Files of acquisitions" aside=${html`<label class="inline"><span class="sr">Search files</span><input type="search" placeholder="File, run id, state ..." value=${search} onInput=${e => setSearch(e.target.value)} /></label>`}>
      ${error && html`<div class="note bad">${error.message}</div>`}
      ${rows.length === 0 && !growing && runs && html`<${Empty} title=${asked ? `No file matches “${asked}”` : 'No file has been written yet'}>${asked ? 'The newest 1000 acquisitions were searched.' : html`Start an acquisition on the <a href="acquisition">Acquisition</a> page.`}</${Empty}>`}
      ${(rows.length > 0 || growing) && html`<div class="scroll"><table class="cards"><thead><tr><th>File</th><th>Written</th><th>State</th><th class="num">Images</th><th class="num">Pixels</th><th><span class="sr">Open</span></th></tr></thead><tbody>
        ${growing && html`<tr aria-selected=${file === growing}><td data-label="File" class="wide wrap"><code>${growing}</code></td><td data-label="Written">now</td><td data-label="State"><${Mark} kind="busy">being written</${Mark}></td><td data-label="Images" class="num">${num(writer.acquisition.stats.n_write_completed)}</td><td></td><td class="wide"><button type="button" class="tiny" aria-label="Open ${growing}" onClick=${() => open(growing)}>Open</button></td></tr>`}
        ${rows.map(({ path, run }) => html`<tr key=${run.id + path} aria-selected=${file === path}><td data-label="File" class="wide wrap"><code>${path}</code></td><td data-label="Written" class="nowrap">${clock(run.stats.stop_time)}</td><td data-label="State"><${Mark} kind=${run.state === 'FINISHED' ? 'ok' : 'bad'}>${run.state.toLowerCase()}</${Mark}></td><td data-label="Images" class="num">${num(run.stats.n_write_completed)}</td><td data-label="Pixels" class="num nowrap">${bytes(run.bytes)}</td>
          <td class="wide"><button type="button" class="tiny" aria-label="Open ${path}" onClick=${() => open(path)}>Open</button></td></tr>`)}</tbody></table></div>`}</${Panel}></div>`;
}

show(html`<${Files} />`);
