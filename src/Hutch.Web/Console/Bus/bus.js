import { html, show, Empty } from './ui.js';
show(html`<${Empty} title="..." />`);
