// The page of animo: the state of a daemon, live. Nothing is fetched from anywhere but the daemon itself.
"use strict";

const $ = id => document.getElementById(id);
const whole = new Intl.NumberFormat();
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0 });
const percentTenths = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1, minimumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** An element with attributes, a class, and children: nodes or texts. Never HTML. */
function make(name, attributes = {}, ...children) {
  const isSVG = ["svg", "g", "rect", "path", "line", "text", "title"].includes(name);
  const element = isSVG
    ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value != null) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The class of a label's colour. */
function colour(label, labels) {
  if (["negative", "neutral", "positive"].includes(label)) return label;
  if (label === "abstain") return "neutral";
  return `other-${1 + labels.filter(other => !["negative", "neutral", "positive"].includes(other)).indexOf(label) % 3}`;
}

/** Shares of counts as whole percents that add up to 100: those cut off most get one more. */
function percents(counts) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const exact = counts.map(count => 100 * count / Math.max(1, total));
  const whole = exact.map(Math.floor);
  const order = exact.map((share, index) => index).sort((a, b) => exact[b] - whole[b] - exact[a] + whole[a]);
  const missing = total ? 100 - whole.reduce((sum, share) => sum + share, 0) : 0;
  for (const index of order.slice(0, missing)) whole[index] += 1;
  return whole.map(share => percent.format(share / 100));
}

/** Shares side by side as one bar. */
function stack(counts, labels) {
  const sum = labels.reduce((sum, label) => sum + (counts[label] ?? 0), 0);
  const svg = make("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" });
  let x = 0;
  for (const label of labels) {
    const width = sum ? 100 * (counts[label] ?? 0) / sum : 0;
    if (width) svg.append(make("rect", { x, y: 0, width, height: 10, class: `fill-${colour(label, labels)}` }));
    x += width;
  }
  const shares = percents(labels.map(label => (counts[label] ?? 0) * 1e6));
  const text = sum ? labels.map((label, index) => `${label} ${shares[index]}`).join(", ") : "no tweets";
  return make("span", { class: "stack", role: "img", "aria-label": text, title: text }, svg);
}

// The connection: live, stale, held up, or gone and back.

let state = null;
let lastHeard = 0;
let isGone = false;
let source = null;

function connect() {
  source = new EventSource("/api/events");
  source.addEventListener("state", event => {
    state = JSON.parse(event.data);
    lastHeard = Date.now();
    const wasGone = isGone;
    isGone = false;
    showState();
    showNow();
    showRejects();
    refresh(wasGone);
  });
  source.addEventListener("error", () => {
    isGone = true;
    showState();
    // The browser tries again by itself, unless the server refused.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 5000);
  });
}

function showState() {
  const silence = Date.now() - lastHeard;
  let [name, text] = ["connecting", "Connecting…"];
  if (isGone) {
    name = "gone";
    text = lastHeard ? `The daemon does not answer since ${clock.format(lastHeard)}; trying again` : "The daemon does not answer; trying again";
  } else if (lastHeard && silence > 10000) {
    [name, text] = ["stale", `No news since ${clock.format(lastHeard)}`];
  } else if (state?.trouble) {
    name = "held";
    text = state.trouble.charAt(0).toUpperCase() + state.trouble.slice(1);
  } else if (state) {
    const { current, files } = state.queue;
    [name, text] = ["live", current || files ? "Live, working" : "Live"];
  }
  if ($("state").dataset.state !== name) $("state").dataset.state = name;
  if ($("state-text").textContent !== text) $("state-text").textContent = text;
  document.body.classList.toggle("gone", isGone);
}

// What is now.

function labelsOf(counts) { return Object.keys(counts.labels); }

function duration(seconds) {
  if (seconds < 120) return `${whole.format(Math.round(seconds))} s`;
  if (seconds < 7200) return `${whole.format(Math.round(seconds / 60))} min`;
  if (seconds < 172800) return `${whole.format(Math.round(seconds / 3600))} h`;
  return `${whole.format(Math.round(seconds / 86400))} d`;
}

function showNow() {
  const { statistics, queue, version } = state;
  const { windows, total } = statistics;
  $("rate").textContent = tenths.format(windows["1m"].tweets_per_second);
  $("queue").textContent = whole.format(queue.files);
  $("total").textContent = compact.format(total.labelled + total.unjudged);
  $("total").title = whole.format(total.labelled + total.unjudged);
  $("oldest").textContent = queue.oldest ? duration((Date.parse(statistics.time) - Date.parse(queue.oldest)) / 1000) : "–";
  $("oldest").parentElement.hidden = !("oldest" in queue);
  const { held } = statistics.queue;
  const notes = [queue.current && `Reading ${queue.current.name}, ${percent.format(queue.current.percent / 100)}.`,
    held && `Held files: ${whole.format(held)}; animo queue lists them.`].filter(Boolean);
  $("running").hidden = !notes.length;
  $("running").textContent = notes.join(" ");
  $("model").textContent = `animo ${version}, model ${statistics.model}`;
  $("sliding").replaceChildren(...Object.entries(windows).map(([length, counts]) => make("div", {},
    make("span", {}, length.replace(/[a-z]/, unit => ` ${unit === "m" ? "min" : unit}`)),
    stack(Object.fromEntries(labelsOf(counts).map(label => [label, counts.labels[label].count])), labelsOf(counts)))));
}

function showRejects() {
  const { rejected, rejected_by_reason: reasons, refused_files: refused } = state.statistics.total;
  const rows = Object.entries(reasons).filter(([, count]) => count).sort((a, b) => b[1] - a[1]);
  const parts = rows.flatMap(([reason, count]) => [
    make("dt", {}, reason.replaceAll("_", " ")),
    make("span", { class: "bar" }, make("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      make("rect", { width: 100 * count / rows[0][1], height: 10, class: "fill" }))),
    make("dd", {}, whole.format(count)),
  ]);
  const note = `${rejected ? "" : "No line has been rejected. "}${refused ? `Files refused as a whole: ${whole.format(refused)}.` : ""}`;
  $("rejects").replaceChildren(...(rows.length ? [make("dl", { class: "bars" }, ...parts)] : []),
    ...(note ? [make("p", { class: "note" }, note)] : []));
}

// What has to be fetched: after a change, and not too often.

let fetched = { key: "", time: 0, isUnderWay: false };

async function refresh(isForced = false) {
  const { total } = state.statistics;
  const key = [total.lines, total.files, total.refused_files, state.queue.current?.name].join();
  const age = Date.now() - fetched.time;
  if (fetched.isUnderWay || !(isForced || (key !== fetched.key && age > 3000) || age > 30000)) return;
  fetched = { key, time: Date.now(), isUnderWay: true };
  try {
    await Promise.all([loadFiles(), state.history ? loadWindows() : showMissing()]);
  } finally {
    fetched.isUnderWay = false;
  }
}

/** The JSON at an address; null if the daemon has nothing there, or does not answer. */
async function load(address) {
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function loadFiles() {
  const jobs = await load("/api/jobs?limit=12");
  if (!jobs) return;
  const number = (name, count) => make("td", { class: `number ${name === "Rejected" && count ? "bad" : ""}`, role: "cell", "data-name": name, "data-count": count }, whole.format(count));
  const name = job => make("td", { class: "name", role: "cell", title: job.name }, job.name);
  const progress = job => job.state === "held" ? (job.reason === "asked" ? job.detail : `held: ${job.detail}`) : job.state !== "running" ? `being ${job.state === "publishing" ? "published" : job.state}`
    : job.percent == null ? "being read" : `being read, ${percent.format(job.percent / 100)}`;
  const refusal = reason => reason === "refused" ? reason : `refused: ${reason.replaceAll("_", " ")}`;
  const rows = [...jobs.running.map(job => [name(job), make("td", { role: "cell", colspan: 5, class: job.state === "held" ? "bad" : null }, progress(job))]),
  ...jobs.last.map(job => [name(job),
    make("td", { role: "cell" }, make("time", { datetime: job.committed }, moment.format(Date.parse(job.committed)))),
    ...(job.refusal ? [make("td", { class: "bad", role: "cell", colspan: 4 }, refusal(job.refusal))] : [
      number("Labelled", job.labelled), number("Nothing to judge", job.unjudged), number("Rejected", job.rejected),
      make("td", { class: "output", role: "cell" }, job.output ?? "")])])];
  const heads = [["File", ""], ["Finished", ""], ["Labelled", "number"], ["Nothing to judge", "number"], ["Rejected", "number"], ["Output", "output"]];
  $("files").hidden = !rows.length;
  $("files").replaceChildren(
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads.map(([name, kind]) => make("th", { role: "columnheader", scope: "col", class: kind }, name)))),
    make("tbody", { role: "rowgroup" }, ...rows.map(cells => make("tr", { role: "row" }, ...cells))));
  $("files-note").hidden = rows.length > 0;
  $("files-note").textContent = "No files yet. Drop one into the inbox: animo drop tweets.jsonl";
}

// A text and the words that decided.

$("try").addEventListener("submit", async event => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return $("text").focus();
  let answer, found;
  try {
    answer = await fetch("/v1/explain", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }),
    });
    // A proxy's error page is no JSON.
    found = await answer.json();
  } catch {
    return $("answer").replaceChildren(make("p", { class: "note bad" }, "The daemon does not answer."));
  }
  if (!answer.ok) return $("answer").replaceChildren(make("p", { class: "note bad" }, found.detail));
  // Where neutral is one of the labels, such a text has it.
  if (found.label == null || found.flags.includes("nothing_to_judge")) {
    return $("answer").replaceChildren(make("p", { class: "verdict" }, "Nothing to judge: no letter, and no emoticon or emoji that the model knows."));
  }
  showAnswer(found);
});

$("text").addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    $("try").requestSubmit();
  }
});

/** Each word in the colour of the label that it speaks for, the stronger the more it matters. */
function showAnswer({ label, p, cleaned, words, marks }) {
  const labels = Object.keys(p);
  const side = ({ worth }) => labels.reduce((best, other) => worth[other] > worth[best] ? other : best);
  const weigh = (part, text) => ({ text, label: side(part), weight: part.worth[side(part)] });
  const weighed = [...words.map(part => weigh(part, part.word)), ...marks.map(part => weigh(part, part.mark))];
  let place = 0;
  /** What is between a word and the one before it. */
  const gap = text => {
    const start = cleaned.indexOf(text, place);
    const between = start < 0 ? " " : cleaned.slice(place, start);
    if (start >= 0) place = start + text.length;
    return between;
  };
  const most = Math.max(1, ...weighed.map(word => word.weight));
  const spans = weighed.flatMap(({ text, label, weight }) => {
    const step = Math.min(3, Math.ceil(3 * weight / most - 0.3));
    const kind = step > 0 ? `tint-${colour(label, labels)} step-${step}` : null;
    return [gap(text), make("span", { class: kind, title: `${label} +${tenths.format(weight)}` }, text)];
  });
  const ranked = weighed.filter(word => word.weight >= 0.1).sort((a, b) => b.weight - a.weight);
  const sides = labels.map(label => [label, ranked.filter(word => word.label === label).slice(0, 4)]).filter(([, words]) => words.length);
  const list = sides.map(([label, words]) => `for ${label}: ${words.map(word => `${word.text} +${tenths.format(word.weight)}`).join(", ")}`).join("; ");
  $("answer").replaceChildren(
    make("p", { class: "verdict" }, make("b", {}, label), p[label] == null ? "" : `, ${percentTenths.format(p[label])}`),
    stack(p, labels), make("p", { class: "weighed", lang: "es" }, ...spans),
    make("p", { class: "note" }, list ? `What each part adds to the log-odds, ${list}.` : "No part by itself changes the answer."));
}
