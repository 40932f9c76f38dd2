// The parts of trajectory_page.h that are the same in every page.
#pragma once

#include <string_view>

namespace seed {

// The policy lets the browser fetch nothing, wherever the page lies.
inline constexpr std::string_view page_head = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
)html";

inline constexpr std::string_view page_style = R"css(
:root { --back: #fff; --text: #1b1b1f; --dim: #6a6a75; --mask: #d4d4dc; --line: #c8c8d0;
  --good: #11703a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --back: #15151a; --text: #ececf1; --dim: #9a9aa6; --mask: #3c3c46; --line: #44444e;
    --good: #5fd38d; --bad: #ff8a80; }
}
body { background: var(--back); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font: 600 1.25rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
#facts { color: var(--dim); }
#facts .passed { color: var(--good); }
#facts .failed { color: var(--bad); }
#controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
#controls input[type=range] { flex: 1 1 12rem; }
#play { font: inherit; min-width: 5rem; }
#now { font-variant-numeric: tabular-nums; color: var(--dim); }
#canvas { font: 15px/1.9 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere;
  border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; }
#canvas span { border-radius: 3px; }
#canvas .given { color: var(--dim); }
#canvas .mask { background: var(--mask); color: transparent; user-select: none;
  box-shadow: inset 0 0 0 1px var(--back); }
#canvas .new { outline: 2px solid var(--text); }
#legend { display: flex; flex-wrap: wrap; gap: 2px; align-items: center; font-size: .85rem; }
#legend span { padding: 0 .45rem; border-radius: 3px; }
#legend span:first-of-type { margin-left: .4rem; }
.note { color: var(--dim); font-size: .85rem; }
)css";

inline constexpr std::string_view page_body = R"html(<p id="facts"></p>
<div id="controls">
<button id="play" type="button">play</button>
<input id="step" type="range" min="0" value="0" aria-label="step">
<output id="now" for="step"></output>
<label><input id="by_confidence" type="checkbox"> colour by confidence</label>
</div>
<noscript><p class="note">The steps need a script; below is the text as it ended.</p></noscript>
)html";

inline constexpr std::string_view page_script = R"js(
'use strict';
const view = JSON.parse(document.getElementById('view').textContent);
const [canvas, slider, play, now, by_confidence, facts] =
  ['canvas', 'step', 'play', 'now', 'by_confidence', 'facts'].map(
    id => document.getElementById(id));
const n = view.steps, total = view.step.filter(s => s > 0).length;

// From 0 to 1: dark purple, blue, green, yellow
const stops = [[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]];
function paint(element, x) {
  const at = Math.min(Math.max(x, 0), 1) * (stops.length - 1);
  const k = Math.min(Math.floor(at), stops.length - 2);
  const rgb = stops[k].map((c, i) => Math.round(c + (at - k) * (stops[k + 1][i] - c)));
  const light = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
  element.style.background = `rgb(${rgb})`;
  element.style.color = light > 115 ? '#000' : '#fff';
}
const of_step = s => n > 1 ? (s - 1) / (n - 1) : 0;
function add(parent, tag, text, name) {
  const element = parent.appendChild(document.createElement(tag));
  element.textContent = text;
  if (name) element.className = name;
  return element;
}

// White space as signs; a line ends behind its sign
const seen = text => text.replace(/ /g, '\u00b7').replace(/\n/g, '\u21b5').replace(/\t/g, '\u2192')
  .replace(/[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd');
canvas.textContent = '';
// What was written at a position, and what took its place later
const written = view.tokens.map((token, i) =>
  [{token, step: view.step[i], confidence: view.confidence[i]}]);
for (const w of view.rewrites ?? []) written[w.position].push(w);
const at_step = (i, step) => written[i].findLast(w => w.step <= step);
const spans = view.tokens.map(() => {
  const span = add(canvas, 'span', '');
  add(canvas, 'span', '');  // a line end, which has no colour
  return span;
});
function about(w) {
  return JSON.stringify(w.token) + (w.step === 0 ? ', given'
    : `, step ${w.step}, confidence ${w.confidence === null ? '?' : w.confidence.toFixed(3)}`);
}

function show() {
  const step = Number(slider.value);
  let left = 0, came = 0;
  let changed = 0;
  spans.forEach((span, i) => {
    const there = at_step(i, step), {token, step: s, confidence} = there ?? written[i][0];
    const is_end = token === view.eos, is_new = there !== undefined && s > 0 && s === step;
    span.textContent = is_end ? '\u220e' : seen(token);
    span.nextSibling.textContent = !is_end && token.includes('\n') ? '\n' : '';
    span.removeAttribute('style');
    span.className = !there ? 'mask' : s === 0 ? 'given' : is_new ? 'new' : '';
    span.title = there ? about(there) : 'masked';
    left += !there;
    came += is_new && there === written[i][0];
    changed += is_new && there !== written[i][0];
    if (there && s > 0) paint(span, by_confidence.checked ? confidence : of_step(s));
  });
  now.textContent = `step ${step} of ${n}: ${came} revealed, ${left} of ${total} masked`
    + (view.rewrites?.length ? `, ${changed} rewritten` : '');
  show_legend();
}

const legend = add(canvas.parentNode, 'div', '');
legend.id = 'legend';
function show_legend() {
  const sure = by_confidence.checked;
  legend.textContent = sure ? 'confidence ' : 'step ';
  const marks = sure ? [0, 0.25, 0.5, 0.75, 1] : [...Array(n).keys()].map(s => s + 1);
  for (const mark of marks) paint(add(legend, 'span', mark), sure ? mark : of_step(mark));
}
add(canvas.parentNode, 'p', 'A mask is drawn as wide as the token that comes in its place, so ' +
  'that nothing moves; \u220e is an end token. Keys: left, right, Home, End; space plays.', 'note');

facts.append(`${view.origin}. ${total} tokens in ${n} steps`
  + (total > 0 ? `, ${(total / n).toFixed(1)} per step. ` : '. '));
const nats = view.nats_per_token;
if (nats !== null) facts.append(`${nats.toFixed(3)} nats per token. `);
if (view.verdict !== null) add(facts, 'strong', view.verdict, view.passed ? 'passed' : 'failed');

let timer = 0;
function stop() {
  clearInterval(timer);
  timer = 0;
  play.textContent = 'play';
}
function go(step) {
  slider.value = step;
  show();
}
function advance() {
  if (Number(slider.value) >= n) return stop();
  go(Number(slider.value) + 1);
}
function toggle() {
  if (timer) return stop();
  if (Number(slider.value) >= n) go(0);
  timer = setInterval(advance, Math.max(80, Math.min(500, 8000 / n)));
  play.textContent = 'pause';
}
play.addEventListener('click', toggle);
slider.addEventListener('input', () => { stop(); show(); });
by_confidence.addEventListener('change', show);
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const step = Number(slider.value);
  const target = {ArrowLeft: step - 1, ArrowRight: step + 1, Home: 0, End: n}[event.key];
  if (target !== undefined) { stop(); go(target); }
  else if (event.key === ' ' && [document.body, slider].includes(event.target)) toggle();
  else return;
  event.preventDefault();
});
slider.max = n;
go(n);
)js";

}  // namespace seed
