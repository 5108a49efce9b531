import { html, show, api, boot, clock, may, Action, Dialog, Empty, Mark, Panel, useAnswer, useEffect, useState } from './ui.js';
import { useInstrument, on } from './instrument.js';

const types = boot.page?.types ?? [];
const fields = [['detector_name', 'Name'], ['detector_type', 'Type'], ['n_modules', 'Modules'], ['bit_depth', 'Bits per pixel'], ['image_pixel_width', 'Columns of the image'], ['image_pixel_height', 'Rows of the image'], ['start_udp_port', 'UDP port of module 0'], ['writer_user_id', 'User id of the files'],
  ['module_sync_queue_size', 'Images that may wait for frames'], ['ram_buffer_gb', 'Image ring, GiB'], ['number_of_writers', 'Writers'], ['stats_collection_period', 'Statistics every, s']];
const isText = name => name === 'detector_name' || name === 'detector_type';
const show1 = value => value === undefined ? '(not there)' : JSON.stringify(value);

function differences(from, to) {
  const names = [...new Set([...Object.keys(from ?? {}), ...Object.keys(to ?? {})])].sort();
  return names.filter(n => JSON.stringify(from?.[n]) !== JSON.stringify(to?.[n]));
}

export function Difference({ from, to }) {
  const names = differences(from, to);
  if (names.length === 0) return html`<p class="quiet">No difference.</p>`;
  return html`<div class="diff" role="table" aria-label="Difference">${names.map(n => html`<b>${n}</b><div><del><span class="sr">was </span>${show1(from?.[n])}</del> <span aria-hidden="true">→</span> <ins><span class="sr">becomes </span>${show1(to?.[n])}</ins></div>`)}</div>`;
}

function ModuleMap({ config, errors }) {
  const [width, height] = [Number(config.image_pixel_width), Number(config.image_pixel_height)];
  const places = Object.entries(config.module_positions ?? {}).map(([k, p]) => [k, Array.isArray(p) ? p.map(Number) : [p.start_x, p.start_y, p.end_x, p.end_y].map(Number)]).filter(([, p]) => p.length === 4 && p.every(Number.isFinite));
  if (!(width > 0 && height > 0)) return html`<${Empty} title="No map">The size of the image is not known.</${Empty}>`;
  const wrong = errors.filter(e => e.startsWith('module_positions') || e.startsWith('module'));
  const size = Math.max(width, height);
  return html`<svg class="map" viewBox="${-size * .02} ${-size * .02} ${width + size * .04} ${height + size * .04}" role="img" aria-label="The modules in the image">
    <rect class="image" x="0" y="0" width=${width} height=${height} />
    ${places.map(([name, [x1, y1, x2, y2]]) => {
      const outside = Math.min(x1, x2) < 0 || Math.min(y1, y2) < 0 || Math.max(x1, x2) >= width || Math.max(y1, y2) >= height;
      const [w, h] = [Math.abs(x2 - x1) + 1, Math.abs(y2 - y1) + 1];
      return html`<g><rect class=${outside || wrong.some(e => e.includes(`[${name}]`)) ? 'bad' : ''} x=${Math.min(x1, x2)} y=${Math.min(y1, y2)} width=${w} height=${h} /><text x=${Math.min(x1, x2) + w / 2} y=${Math.min(y1, y2) + h / 2} font-size=${Math.min(w, h) / 5}>${name}${outside ? ' outside' : ''}</text></g>`;
    })}</svg>`;
}

function Editor({ present, onSaved }) {
  const [config, setConfig] = useState(present.config);
  const [tab, setTab] = useState('fields');
  const [text, setText] = useState(JSON.stringify(present.config, null, 2));
  const [syntax, setSyntax] = useState(null);
  const [errors, setErrors] = useState([]);
  useEffect(() => { reset(); }, [present.config_id]);
  const reset = () => { setConfig(present.config); setText(JSON.stringify(present.config, null, 2)); setSyntax(null); };
  const changed = differences(present.config, config);
  const changes = Object.fromEntries(changed.map(n => [n, config[n]]).filter(([, v]) => v !== undefined));
  useEffect(() => {
    if (!may) return;
    const timer = setTimeout(async () => {
      try { setErrors(changed.length ? (await api('api/v1/config/check', { method: 'POST', body: changes })).errors : []); }
      catch (error) { setErrors([error.message]); }
    }, 200);
    return () => clearTimeout(timer);
  }, [JSON.stringify(changes)]);
  const set = name => event => {
    const value = isText(name) || event.target.value === '' ? event.target.value : Number(event.target.value);
    const next = { ...config, [name]: value };
    setConfig(next);
    setText(JSON.stringify(next, null, 2));
  };
  const setJson = event => {
    setText(event.target.value);
    try {
      const value = JSON.parse(event.target.value);
      if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Error('it must be an object');
      setConfig(value);
      setSyntax(null);
    } catch (error) {
      const at = /position (\d+)/.exec(error.message)?.[1];
      setSyntax(`${at ? `Line ${event.target.value.slice(0, Number(at)).split('\n').length}: ` : ''}${error.message}`);
    }
  };
  const of = name => errors.filter(e => e.split(/[ [:]/)[0] === name);
  const others = errors.filter(e => !fields.some(([n]) => e.split(/[ [:]/)[0] === n));
  const save = async () => {
    await api('api/v1/config', { method: 'PATCH', body: changes, headers: { 'If-Match': `"${present.config_id}"` } });
    onSaved();
  };
  const readOnly = !may;
  return html`<div class="pair"><${Panel} title="Edit" aside=${html`<div class="tabs" role="group" aria-label="How to edit"><button type="button" class="tiny" aria-pressed=${tab === 'fields'} onClick=${() => setTab('fields')}>Fields</button><button type="button" class="tiny" aria-pressed=${tab === 'json'} onClick=${() => setTab('json')}>JSON</button></div>`}>
      ${tab === 'fields' ? html`<div class="form">${fields.map(([name, label]) => html`<label key=${name}><span>${label}</span>
          ${name === 'detector_type' ? html`<select name=${name} disabled=${readOnly} value=${config[name]} onChange=${set(name)}>${[...new Set([config[name], ...types])].map(t => html`<option value=${t} selected=${t === config[name]}>${t}</option>`)}</select>`
            : html`<input name=${name} type=${isText(name) ? 'text' : 'number'} readonly=${readOnly} value=${config[name] ?? ''} onInput=${set(name)} placeholder="default" aria-invalid=${of(name).length ? 'true' : null} aria-describedby="error-${name}" />`}
          <span id="error-${name}" class="bad-text small">${of(name).map(e => e.replace(`${name} is `, 'It is ')).join('; ')}</span></label>`)}</div>
          <p class="quiet small">Module positions, live streams and the rest are edited as JSON.</p>`
        : html`<label><span>All members, as JSON. A member that you remove keeps its value.</span><textarea rows="22" spellcheck="false" readonly=${readOnly} value=${text} onInput=${setJson} aria-invalid=${syntax ? 'true' : null}></textarea></label>`}
      ${syntax && html`<div class="note bad" role="alert">${syntax}</div>`}
      ${(tab === 'json' ? errors : others).length > 0 && html`<div class="note bad" role="alert"><ul style="margin:0;padding-left:1.1rem">${(tab === 'json' ? errors : others).map(e => html`<li>${e}</li>`)}</ul></div>`}
      ${may && html`<div class="row" style="margin-top:var(--s3)"><${Action} kind="main" label="Set it" doing="Setting ..." run=${save} done="The configuration is set" disabled=${changed.length === 0 || errors.length > 0 || !!syntax} />
        <button type="button" onClick=${reset} disabled=${changed.length === 0 && !syntax}>Discard changes</button><span class="quiet small">${changed.length ? `${changed.length} ${changed.length === 1 ? 'member differs' : 'members differ'}` : 'same as running'}</span></div>`}</${Panel}>
    <div class="stack"><${Panel} title="Modules"><${ModuleMap} config=${config} errors=${errors} /></${Panel}>
      <${Panel} title="Difference from the running one"><${Difference} from=${present.config} to=${config} /></${Panel}></div></div>`;
}

function Deployment({ fresh }) {
  const [deployment, error] = useAnswer('api/v1/config/deployment', [fresh]);
  const kinds = { SUCCESS: 'ok', RUNNING: 'busy', ERROR: 'bad', UNKNOWN: 'off' };
  return html`<${Panel} title="Deployment">${error && html`<div class="note bad">${error.message}</div>`}${deployment && html`
    <p><${Mark} kind=${kinds[deployment.status] ?? 'off'}>${deployment.message}</${Mark}></p>
    ${Object.keys(deployment.servers).length === 0 ? html`<p class="quiet small">No server has reported on this configuration. <code>hutch run config-deployer</code> writes it to a server's file.</p>`
      : html`<dl class="facts">${Object.entries(deployment.servers).map(([server, said]) => html`<dt>${server}</dt><dd><${Mark} kind=${said === 'Done' ? 'ok' : said === 'Error' ? 'bad' : 'busy'}>${said}</${Mark}></dd>`)}</dl>`}`}</${Panel}>`;
}

function History({ present, fresh, onSaved }) {
  const [history, error] = useAnswer('api/v1/config/history?n=50', [fresh]);
  const [chosen, choose] = useState(null);
  const [old] = useAnswer(chosen && `api/v1/config/${chosen}`);
  const what = { initial: 'from the file', set: 'set', rollback: 'restored' };
  return html`<${Panel} title="Who changed what">${error && html`<div class="note bad">${error.message}</div>`}
    ${history && html`<div class="scroll"><table class="cards"><thead><tr><th>When</th><th>Who</th><th>What</th><th>Configuration</th><th><span class="sr">More</span></th></tr></thead><tbody>
      ${history.map(h => html`<tr key=${h.config_id}><td data-label="When" class="nowrap">${clock(h.at)}</td><td data-label="Who">${h.who}</td><td data-label="What">${what[h.what] ?? h.what}${h.rollback_of ? html`<br /><span class="quiet small">to ${h.rollback_of}</span>` : ''}</td><td data-label="Configuration"><code>${h.config_id}</code>${h.config_id === present.config_id && html` <span class="tag">present</span>`}</td>
        <td class="wide">${h.config_id !== present.config_id && html`<button type="button" class="tiny" aria-label="Compare ${h.config_id}" onClick=${() => choose(h.config_id)}>Compare</button>`}</td></tr>`)}</tbody></table></div>`}
    ${chosen && html`<${Dialog} title="Configuration ${chosen}" onClose=${() => choose(null)} aside=${html`<${Action} kind="main" label="Restore it" doing="Restoring ..." run=${async () => { await api('api/v1/config/rollback', { method: 'POST', body: { config_id: chosen }, headers: { 'If-Match': `"${present.config_id}"` } }); choose(null); onSaved(); }} done="The older configuration is set" />`}>
      ${old ? html`<p class="quiet small">Changes from the current one to this one:</p><${Difference} from=${present.config} to=${old.config} />` : html`<p class="quiet">Reading ...</p>`}</${Dialog}>`}</${Panel}>`;
}

function Configuration() {
  const { back } = useInstrument();
  const [fresh, setFresh] = useState(0);
  const next = () => setFresh(n => n + 1);
  useEffect(() => { const ends = [on('config', next), on('deployment', next)]; return () => ends.forEach(e => e()); }, []);
  const [present, error] = useAnswer('api/v1/config', [fresh, back], boot.page);
  if (!present) return error ? html`<${Empty} title="The configuration cannot be read">${error.message}</${Empty}>` : html`<p class="quiet">Reading ...</p>`;
  return html`<${Editor} present=${present} onSaved=${next} /><div class="pair"><${History} present=${present} fresh=${fresh + back} onSaved=${next} /><${Deployment} fresh=${fresh + back} /></div>`;
}

show(html`<${Configuration} />`);
