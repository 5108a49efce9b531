// Shows the OpenAPI document: a group a tag, a line an operation, its parameters and body when it is opened.
'use strict';

const element = (name, attributes, ...children) => {
  const made = Object.assign(document.createElement(name), attributes);
  made.append(...children);
  return made;
};

const resolve = (doc, schema) => schema && schema.$ref
  ? schema.$ref.split('/').slice(1).reduce((node, key) => node[key], doc)
  : schema || {};

const typeOf = (doc, schema) => {
  const found = resolve(doc, schema);
  return [].concat(found.type || 'any').filter(t => t !== 'null').join(' or ');
};

const memberTable = (doc, schema) => {
  const found = resolve(doc, schema);
  const table = element('table', {});
  for (const [name, member] of Object.entries(found.properties || {})) {
    const must = (found.required || []).includes(name) ? '' : 'optional';
    table.append(element('tr', {}, element('td', {}, element('code', {}, name)), element('td', {}, typeOf(doc, member)),
      element('td', {}, must), element('td', {}, resolve(doc, member).description || '')));
  }
  return table;
};

const show = (doc, method, path, operation) => {
  const details = element('details', {}, element('summary', {}, element('span', { className: 'method' }, method.toUpperCase()),
    element('code', {}, path), ' ', operation.summary || ''));
  for (const parameter of operation.parameters || [])
    details.append(element('p', {}, `${parameter.in}: `, element('code', {}, parameter.name)));
  const body = operation.requestBody && operation.requestBody.content && operation.requestBody.content['application/json'];
  if (body)
    details.append(element('p', {}, 'body:'), memberTable(doc, body.schema));
  const data = method === 'post' || method === 'patch' ? " -X " + method.toUpperCase() + " -H 'Content-Type: application/json' -d '{}'" : '';
  details.append(element('pre', {}, `curl${data} ${new URL(path.slice(1), document.baseURI)}`));
  return details;
};

fetch('openapi.json').then(answer => answer.json()).then(doc => {
  const groups = new Map();
  for (const [path, operations] of Object.entries(doc.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const tag = (operation.tags || [''])[0];
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(show(doc, method, path, operation));
    }
  }
  const place = document.getElementById('paths');
  place.textContent = '';
  for (const [tag, operations] of groups)
    place.append(element('h2', {}, tag), ...operations);
});
