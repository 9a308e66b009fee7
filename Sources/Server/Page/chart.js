// The mood over time: stacked shares, one column for each window of event time, and the number of tweets below.
"use strict";

const ranges = {
  hour: { step: "1m", seconds: 3600, text: "hour" }, day: { step: "1h", seconds: 86400, text: "24 hours" },
  week: { step: "1h", seconds: 7 * 86400, text: "7 days" }, all: { step: "1d", seconds: null, text: "time" },
};
const perStep = { 60: "minute", 3600: "hour", 86400: "day" };
const stepSeconds = { "1m": 60, "1h": 3600, "1d": 86400 };
let mood = null;
let single = null;
let cursor = null;

function range() { return ranges[document.querySelector("#ranges input:checked").value]; }

/** Fetches the windows of the chosen period; where the newest tweet is older than that, the period before it. */
async function loadWindows() {
  const { step, seconds, text } = range();
  const width = stepSeconds[step];
  const query = end => {
    const to = Math.ceil(end / width) * width;
    const from = seconds ? to - seconds : 0;
    return { from, to, address: `/api/windows?step=${step}&from=${from}&to=${to}` };
  };
  let wanted = query(Date.now() / 1000);
  let found = await load(wanted.address);
  if (!found) return showFailure();
  const newest = found.watermark ? Date.parse(found.watermark) / 1000 + 660 : null;
  let note = found.windows.length ? "" : !state.statistics.total.labelled ? "No tweets yet. The chart begins with the first file."
    : seconds ? `No tweets in the last ${text} that say when they were written.` : "No tweet says when it was written.";
  if (!found.windows.length && newest && newest <= wanted.from) {
    wanted = query(newest);
    found = await load(wanted.address) ?? found;
    note = `The newest tweet is from ${moment.format((newest - 60) * 1000)}; these are the ${text} before it.`;
  }
  // Another period has been chosen meanwhile: neither chart nor note is of it.
  if (step !== range().step || seconds !== range().seconds) return;
  showNote(note);
  const windows = found.windows.map(window => ({ ...window, time: Date.parse(window.start) / 1000 }));
  const from = seconds ? wanted.from : windows[0]?.time ?? wanted.to - width;
  const to = seconds ? wanted.to : (windows.at(-1)?.time ?? wanted.to - width) + width;
  const labels = [...new Set(windows.flatMap(window => Object.keys(window.labels)))];
  mood = { windows, labels, from, to, width, apart: found.apart, words: found.words ?? null };
  // A label of another period's windows: nothing would show that it is singled out.
  if (windows.length && !labels.includes(single)) single = null;
  cursor = null;
  showChart();
}

function showNote(text) {
  $("chart-note").textContent = text;
  $("chart-note").hidden = !text;
}

/** Where the windows cannot be had: a chart that is there stays; the page asks again within half a minute. */
function showFailure() {
  if (!state?.history) return showMissing();
  showNote("The history cannot be read at the moment; the page tries again.");
}

function showMissing() {
  mood = null;
  for (const id of ["legend", "chart", "windows"]) $(id).replaceChildren();
  $("reading").textContent = "";
  $("chart-table").hidden = true;
  showNote("There is no history here: it is kept by a daemon that works on a spool.");
}

function sum(windows, label) { return windows.reduce((sum, window) => sum + (window.labels[label]?.count ?? 0), 0); }

function showChart() {
  showLegend();
  drawChart();
  showTable();
  showReading();
  showWords();
}

function showLegend() {
  const { windows, labels } = mood;
  const total = labels.reduce((total, label) => total + sum(windows, label), 0);
  $("legend").classList.toggle("single", single != null);
  const focused = document.activeElement?.dataset?.label;
  const shares = percents(labels.map(label => sum(windows, label)));
  $("legend").replaceChildren(...(total ? labels : []).map((label, index) => {
    const button = make("button", { type: "button", "aria-pressed": String(single === label), "data-label": label },
      make("span", { class: `swatch back-${colour(label, labels)}` }),
      make("span", { class: "share" }, shares[index]), make("span", { class: "name" }, label));
    button.addEventListener("click", () => {
      single = single === label ? null : label;
      showChart();
    });
    return button;
  }));
  if (focused) $("legend").querySelector(`[data-label="${CSS.escape(focused)}"]`)?.focus();
}

const size = { left: 44, right: 8, top: 8, height: 230, gap: 26, volume: 56, bottom: 24 };

function drawChart() {
  const { windows, labels, from, to, width } = mood;
  $("chart-table").hidden = !windows.length;
  if (!windows.length) return $("chart").replaceChildren();
  const box = Math.max(320, $("chart").clientWidth || 320);
  const right = box - size.right;
  const x = time => size.left + (right - size.left) * (time - from) / (to - from);
  const y = share => size.top + size.height * (1 - share);
  const low = size.top + size.height + size.gap + size.volume;
  const most = Math.max(1, ...windows.map(window => window.tweets));
  const total = low + size.bottom;
  const svg = make("svg", { viewBox: `0 0 ${box} ${total}`, role: "img", tabindex: 0, "aria-label": summary() });
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(make("line", { class: "grid", x1: size.left, x2: right, y1: y(share), y2: y(share) }),
      make("text", { x: size.left - 8, y: y(share) + 4, "text-anchor": "end" }, percent.format(share)));
  }
  svg.append(make("text", { x: size.left, y: low - size.volume - 5 }, `Tweets per ${perStep[width]}, up to ${whole.format(most)}`),
    make("line", { class: "grid", x1: size.left, x2: right, y1: low, y2: low }));
  const columns = make("g");
  for (const window of windows) {
    const [begin, end] = [x(window.time), x(Math.min(window.time + width, to))];
    const space = Math.min(2, (end - begin) / 5);
    const place = { x: begin + space / 2, width: Math.max(0.8, end - begin - space) };
    let height = 0;
    for (const label of [...labels].reverse()) {
      const share = window.labels[label]?.share ?? 0;
      const dim = single != null && single !== label ? " dim" : "";
      const kind = `fill-${colour(label, labels)}${dim}${window.closed === false ? " open" : ""}`;
      if (share) columns.append(make("rect", { ...place, y: y(height + share), height: size.height * share, class: kind }));
      height += share;
    }
    const volume = size.volume * window.tweets / most;
    columns.append(make("rect", { ...place, y: low - volume, height: Math.max(0.8, volume), class: "volume" }));
  }
  svg.append(columns, ...estimates(x, y), ...timeMarks(x, low + 17, box), make("g", { id: "cursor" }));
  svg.addEventListener("pointermove", event => {
    const place = event.clientX - svg.getBoundingClientRect().left;
    moveTo(from + (to - from) * (place * box / svg.getBoundingClientRect().width - size.left) / (right - size.left));
  });
  svg.addEventListener("pointerleave", () => moveTo(null));
  svg.addEventListener("keydown", keyOnChart);
  const hadFocus = $("chart").contains(document.activeElement);
  $("chart").replaceChildren(svg);
  if (hadFocus) svg.focus();
}

/** The estimated share of the label that is singled out, or of the last one: a line, and its 95 % interval as a band; broken at gaps. */
function estimates(x, y) {
  const { windows, labels, width } = mood;
  const label = single ?? labels.at(-1);
  const base = window => labels.slice(labels.indexOf(label) + 1).reduce((sum, other) => sum + (window.labels[other]?.share ?? 0), 0);
  const runs = [];
  let last = null;
  for (const window of windows) {
    const estimate = window.labels[label]?.estimate;
    if (!estimate) continue;
    if (last == null || window.time - last > width) runs.push([]);
    runs.at(-1).push({ x: x(window.time + width / 2), ...Object.fromEntries(["share", "low", "high"].map(key => [key, y(Math.min(1, base(window) + estimate[key]))])) });
    last = window.time;
  }
  return runs.flatMap(run => {
    const ends = run.length > 1 ? run : [{ ...run[0], x: run[0].x - 4 }, { ...run[0], x: run[0].x + 4 }];
    const line = key => ends.map(point => `${point.x.toFixed(1)},${point[key].toFixed(1)}`);
    return [make("path", { class: "band", d: `M${line("high").join("L")}L${line("low").reverse().join("L")}Z` }),
      make("path", { class: "estimate", d: `M${line("share").join("L")}` })];
  });
}

/** Times below the columns, at places that people know: hours, midnights, the first days of months and years. */
function timeMarks(x, y, box) {
  const { from, to } = mood;
  const most = Math.max(2, box / 105);
  const steps = [300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600];
  const step = steps.find(step => (to - from) / step <= most);
  const format = new Intl.DateTimeFormat(undefined, !step ? { month: "short", year: "numeric" }
    : step < 86400 ? { hour: "2-digit", minute: "2-digit" } : { day: "numeric", month: "short" });
  return (step ? evenTimes(from, to, step) : firstDays(from, to, most)).flatMap(time => {
    const isMidnight = step < 86400 && (time - clockOffset(time)) % 86400 === 0;
    const text = isMidnight ? new Intl.DateTimeFormat(undefined, { weekday: "short", day: "numeric" }).format(time * 1000) : format.format(time * 1000);
    const place = x(time);
    return [make("line", { class: "grid", x1: place, x2: place, y1: y - 17, y2: y - 12 }),
      make("text", { x: place, y, "text-anchor": place < 60 ? "start" : place > box - 40 ? "end" : "middle" }, text)];
  });
}

/** How far the clocks here are behind UTC at a time, in seconds. */
function clockOffset(time) { return new Date(time * 1000).getTimezoneOffset() * 60; }

/** Times that are `step` seconds apart by the clocks here. */
function evenTimes(from, to, step) {
  const times = [];
  for (let even = Math.ceil((from - clockOffset(from)) / step) * step + clockOffset(from); even < to; even += step) {
    // Where clocks are put forward or back within the period, midnights and the hours after them move too.
    const time = step > 3600 ? even + clockOffset(even) - clockOffset(from) : even;
    if (time >= from && time < to) times.push(time);
  }
  return times;
}

/** The first days of months, so many months apart that there are about `most`, or fewer. */
function firstDays(from, to, most) {
  const months = (to - from) / 2629746;
  const step = [1, 3, 6, 12, 24, 60, 120, 240].find(step => months / step <= most) ?? 1200;
  const begin = new Date(from * 1000);
  const times = [];
  for (let month = Math.ceil((12 * begin.getFullYear() + begin.getMonth()) / step) * step; ; month += step) {
    const time = new Date(Math.floor(month / 12), month % 12, 1) / 1000;
    if (time >= to) return times;
    if (time >= from) times.push(time);
  }
}

function spell(window) {
  const rounded = percents(mood.labels.map(label => window.labels[label]?.count ?? 0));
  const shares = mood.labels.map((label, index) => {
    const { estimate } = window.labels[label] ?? {};
    return `${label} ${rounded[index]}${estimate ? ` (estimated ${percent.format(estimate.low)} to ${percent.format(estimate.high)})` : ""}`;
  });
  return `${moment.format(window.time * 1000)}: ${shares.join(", ")}; ${whole.format(window.tweets)} tweets${window.closed === false ? ", more may come" : ""}`;
}

function summary() {
  const { windows, labels } = mood;
  const total = labels.reduce((total, label) => total + sum(windows, label), 0);
  return `Shares of the labels over time, ${windows.length} windows. In all ${labels.map(label => `${label} ${percent.format(sum(windows, label) / Math.max(1, total))}`).join(", ")}. Arrow keys move through the windows.`;
}

/** What the line in the chart is, if there is one. */
function explanation() {
  const label = single ?? mood.labels.at(-1);
  return mood.windows.some(window => window.labels[label]?.estimate)
    ? `The line and its band: the share of ${label} corrected for the model's errors, with a 95 % interval.` : "";
}

function showReading() {
  $("reading").textContent = mood.windows[cursor] ? spell(mood.windows[cursor]) : explanation();
  const group = $("cursor");
  if (!group) return;
  group.replaceChildren();
  const window = mood.windows[cursor];
  if (!window) return;
  const box = Math.max(320, $("chart").clientWidth || 320);
  const place = size.left + (box - size.right - size.left) * (window.time + mood.width / 2 - mood.from) / (mood.to - mood.from);
  group.append(make("line", { class: "cursor", x1: place, x2: place, y1: size.top, y2: size.top + size.height + size.gap + size.volume }));
}

/** Moves the reading to the window that contains a time; to none where there is a gap. */
function moveTo(time) {
  const index = time == null ? -1 : mood.windows.findIndex(window => window.time <= time && time < window.time + mood.width);
  if ((cursor ?? -1) === index) return;
  cursor = index < 0 ? null : index;
  showReading();
}

function keyOnChart(event) {
  const last = mood.windows.length - 1;
  const next = { ArrowLeft: (cursor ?? last + 1) - 1, ArrowRight: (cursor ?? -1) + 1, Home: 0, End: last, Escape: -1 }[event.key];
  if (next == null) return;
  event.preventDefault();
  cursor = next < 0 && event.key === "Escape" ? null : Math.min(last, Math.max(0, next));
  showReading();
}

function showTable() {
  const { windows, labels } = mood;
  const heads = ["From", "Tweets", ...labels, "Nothing to judge"];
  $("windows").replaceChildren(
    make("thead", {}, make("tr", {}, ...heads.map((name, index) => make("th", { scope: "col", class: index ? "number" : "" }, name)))),
    make("tbody", {}, ...[...windows].reverse().map(window => make("tr", {},
      make("td", {}, make("time", { datetime: window.start }, moment.format(window.time * 1000))),
      make("td", { class: "number" }, whole.format(window.tweets)),
      ...labels.map(label => make("td", { class: "number" }, percentTenths.format(window.labels[label]?.share ?? 0))),
      make("td", { class: "number" }, whole.format(window.unjudged))))));
}

/** The words of the period that tell a label from the others, or failing these its frequent ones. */
function showWords() {
  const { words, labels, from, to } = mood;
  const list = label => {
    const { telling = [], frequent = [] } = words?.[label] ?? {};
    return (telling.length ? telling : frequent).slice(0, 12).map(({ word }) => word).join(", ");
  };
  const rows = labels.filter(list);
  const period = to - from > 60 * 86400 ? "the last days of the same period, 60 at most" : "the same period";
  $("words-card").hidden = !rows.length;
  $("words").replaceChildren(make("dl", { class: "words" }, ...rows.flatMap(label => [
    make("dt", {}, make("span", { class: `dot back-${colour(label, labels)}` }), label), make("dd", { lang: "es" }, list(label)),
  ])), make("p", { class: "note" }, `Of ${period}: the words that tell each label from the others.`));
}

$("ranges").addEventListener("change", () => loadWindows());
let resizing = null;
window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => mood && drawChart(), 100);
});
setInterval(showState, 1000);
connect();
