// What plots have in common: colours of the page, and axes in them.
import { clock } from './ui.js';

// Asked for at each drawing: the colours change when the evening comes.
export const colour = name => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const axis = { stroke: () => colour('muted'), grid: { stroke: () => colour('line'), width: 1 }, ticks: { stroke: () => colour('line'), width: 1 }, font: '12px system-ui, sans-serif' };

/** Times of day below, numbers at the left. */
export const axes = width => [{ ...axis, values: (_, times, __, ___, step) => times.map(t => step < 60 ? clock(t).slice(-8) : clock(t).slice(-8, -3)) }, { ...axis, size: width }];
