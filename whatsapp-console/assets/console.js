// A convenience: each page does its whole job without it.
"use strict";
const $ = (s, e = document) => e.querySelector(s), $$ = (s, e = document) => [...e.querySelectorAll(s)];
const keep = (k, v) => { try { return v === undefined ? localStorage.getItem(k) : localStorage.setItem(k, v); } catch { return null; } };
const say = t => { const l = $("#say"); l.textContent = ""; requestAnimationFrame(() => { l.textContent = t; }); };
const read = async r => new DOMParser().parseFromString(await r.text(), "text/html");
const isPage = r => (r.headers.get("content-type") || "").startsWith("text/html");
document.documentElement.classList.add("js");

// Puts another page's main part in the place of this one's. Whatever goes wrong: the browser goes there.
let turn = 0;
const spot = () => location.href.split("#")[0], told = () => $("main>.note[role=status]"); let here = spot();
async function go(url, push, quiet) {
  const mine = ++turn, at = document.activeElement, id = at?.id, caret = at?.selectionStart;
  let reply; try { reply = await fetch(url); } catch { return location.assign(url); }
  if (mine !== turn) return;
  const page = isPage(reply) && await read(reply), main = page && $("main", page);
  if (!main || mine !== turn) return main ? undefined : location.assign(url);
  const open = $(".filters>details")?.open;
  const h1 = $("h1")?.textContent, said = quiet && told(); $("main").replaceWith(document.adoptNode(main));
  if (said && h1 === $("h1").textContent && !told()) $("main").prepend(said);
  if (open) $(".filters>details").open = true;
  document.title = page.title; document.body.dataset.events = page.body.dataset.events || "";
  if (push) history.pushState(null, "", reply.url);
  here = spot();
  const back = id && document.getElementById(id);
  if (back) { back.focus({ preventScroll: true }); try { back.setSelectionRange(caret, caret); } catch {} } else if (!quiet) { $("main").focus({ preventScroll: true }); scrollTo(0, 0); }
  if (!quiet || h1 !== $("h1")?.textContent) say(!quiet && main.dataset.say || $("h1")?.textContent || page.title);
  live(true);
}
addEventListener("popstate", () => spot() !== here && go(location.href));

// A question opens over the page; its own page stays what it is without scripts.
async function ask(url) {
  let reply; try { reply = await fetch(url); } catch { return location.assign(url); }
  const form = isPage(reply) && $("#ask", await read(reply));
  if (!form) return location.assign(url);
  const box = $("#dialog"); form.action = new URL(form.getAttribute("action"), reply.url); $("h1", form).id = "asked";
  box.setAttribute("aria-labelledby", "asked"); box.replaceChildren(document.adoptNode(form)); box.showModal();
}

document.addEventListener("click", async e => {
  const on = s => e.target.closest(s), plain = !(e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || e.button);
  const link = on("a[data-swap]"), question = on("a[data-ask]"), copy = on("[data-copy]"), close = on("dialog [data-close]"), keys = on("[data-keys]"), put = on("[data-put]"), place = on("[data-place]"), t = $("#text");
  if (close) { e.preventDefault(); close.closest("dialog").close(); }
  else if (link && plain) { e.preventDefault(); go(link.href, true); }
  else if (question && plain) { e.preventDefault(); ask(question.href); }
  else if (copy) { try { await navigator.clipboard.writeText(location.href); say(copy.dataset.done); copy.textContent = copy.dataset.done; } catch { prompt("", location.href); } }
  else if (put) { t.setRangeText(put.dataset.put, t.selectionStart, t.selectionEnd, "end"); t.focus(); look({ target: t }); }
  else if (place) { e.preventDefault(); t.focus(); t.setSelectionRange(...place.dataset.place.split(",")); }
  else if (keys) { const off = keep("keys") !== "off"; keep("keys", off ? "off" : "on"); turned(keys); }
});

// Filters send themselves; what changes something is sent once, however often it is pressed.
document.addEventListener("change", e => {
  const f = e.target.closest("form[data-live]"); if (f && e.target.type !== "date") f.requestSubmit();
  if ($("#bulk") && e.target.closest("#rows")) say($("#bulk").dataset.ticked.replace("#", $$("#rows :checked").length));
});
document.addEventListener("submit", e => {
  const f = e.target, b = e.submitter;
  if (f.dataset.live !== undefined) { e.preventDefault(); return go(`${f.action}?${new URLSearchParams([...new FormData(f)].filter(([, v]) => v))}`, true); }
  if (f.method !== "post") return;
  if (f.dataset.sent) return e.preventDefault();
  f.dataset.sent = 1; b?.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => { for (const f of $$("form[data-sent]")) delete f.dataset.sent; for (const b of $$("button[aria-disabled]")) b.removeAttribute("aria-disabled"); });

// What changes meanwhile: one stream for the page, only while somebody looks at it. Nothing moves under their hands.
let stream, later;
function live(anew) {
  const url = document.body.dataset.events; clearTimeout(later);
  if (stream && (anew || document.hidden || stream.readyState > 1)) { stream.close(); stream = null; }
  if (stream || !url || document.hidden) return;
  const rows = $$("#rows>tr[data-at]").map(r => `${r.id.slice(2)}.${r.dataset.at}`).join();
  stream = new EventSource(url + (rows && `&ids=${rows}`));
  stream.addEventListener("rows", e => {
    for (const [id, html] of Object.entries(JSON.parse(e.data))) {
      const old = document.getElementById(`m-${id}`), box = document.createElement("template");
      if (!old || old.contains(document.activeElement) || $(":checked", old)) continue;
      box.innerHTML = html; box.content.firstElementChild.classList.add("fresh"); old.replaceWith(box.content);
    }
  });
  stream.addEventListener("new", e => {
    const l = $("#fresh"); if (!l) return;
    if (l.hidden && e.data !== "0") say(l.dataset.text.replace("#", e.data));
    l.hidden = e.data === "0"; l.textContent = l.dataset.text.replace("#", e.data);
  });
  stream.addEventListener("again", () => { const at = document.activeElement; if (!$("dialog[open]") && (!$("main").contains(at) || at === $("main"))) go(location.href, false, true); });
  stream.addEventListener("end", e => { stream.close(); stream = null; if (e.data) later = setTimeout(live, e.data * 1000); });
}
document.addEventListener("visibilitychange", () => live()); live();

// Templates and messages are looked over while written; who leaves what was typed is asked first.
let wait, flight, typed;
addEventListener("beforeunload", e => { if (typed?.isConnected && !typed.dataset.sent) e.preventDefault(); });
const look = e => {
  const f = e.target.form, url = f?.dataset.check; if (!url) return;
  typed = f;
  if (e.target.id === "at") f.when.value = "later";
  clearTimeout(wait); const mine = wait = setTimeout(async () => {
    flight?.abort(); flight = new AbortController();
    const r = await fetch(url, { method: "POST", signal: flight.signal, body: f.enctype[0] === "m" ? new FormData(f) : new URLSearchParams(new FormData(f)) }).catch(() => 0), page = r.ok && await read(r).catch(() => 0);
    if (!page || mine !== wait) return;
    const sum = () => $("#sum").textContent, was = sum(), file = !$("#e-upload", page) && $("[type=file]", f);
    for (const n of $$("body>[id]", page)) { const o = document.getElementById(n.id); if (!o.contains(document.activeElement)) o.replaceWith(n); }
    if (file) file.value = "";
    if (sum() !== was) say(sum());
  }, 300);
};
document.addEventListener("input", look);

// Keys: / find, j k rows, x ticks one, ? help, g and a letter a page. They can be switched off on the page of keys.
const turned = b => { [b.textContent, b.dataset.keys] = [b.dataset.keys, b.textContent]; };
if (keep("keys") === "off") $$("[data-keys]").forEach(turned);
let g = 0;
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches?.("input:not([type=checkbox]),textarea,select") || $("dialog[open]") || keep("keys") === "off") return;
  const rows = $$("#rows>tr"), at = rows.indexOf(document.activeElement?.closest("tr"));
  const row = n => { if (rows.length) { e.preventDefault(); $("a", rows[Math.max(0, Math.min(rows.length - 1, n))]).focus(); } };
  if (Date.now() - g < 1500) { g = 0; $(`nav a[data-key="${CSS.escape(e.key)}"]`)?.click(); return; }
  if (e.key === "g") g = Date.now();
  else if (e.key === "/") { e.preventDefault(); $("#q")?.select(); $("#q")?.focus(); }
  else if (e.key === "j") row(at + 1); else if (e.key === "k") row(at < 0 ? 0 : at - 1);
  else if (e.key === "x" && at >= 0) $(".pick input", rows[at])?.click();
  else if (e.key === "?") $('a[data-key="?"]')?.click();
});
