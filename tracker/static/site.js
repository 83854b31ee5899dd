// On site: smaller photographs, and drafts that outlive a lost connection. Comfort only.
const says = document.querySelector("script[data-who]").dataset;
const each = (what, where, act) => where.querySelectorAll(what).forEach(act);
const add = (tag, where, more) => {
  const made = Object.assign(document.createElement(tag), more);
  where.append(made);
  return made;
};

// What a JPEG tells: when it was taken and where, as "2026:06:17 09:31:05|31.17430, 121.43700".
function told(bytes, spot) {
  const view = new DataView(bytes);
  let at = 2, tiff = 0;
  while (!tiff && view.getUint8(at) === 255) {
    if (view.getUint32(at + 4) === 0x45786966) tiff = at + 10;
    at += 2 + view.getUint16(at + 2);
  }
  const little = view.getUint16(tiff) === 0x4949;
  const u16 = (i) => view.getUint16(tiff + i, little), u32 = (i) => view.getUint32(tiff + i, little);
  const tags = (place) => {
    const all = {};
    if (place) for (let ifd = u32(place), n = u16(ifd), i = ifd + 2; n--; i += 12) all[u16(i)] = i + 8;
    return all;
  };
  const text = (i) => i ? String.fromCharCode(...new Uint8Array(bytes, tiff + u32(i), 19)) : "";
  const first = tags(4), gps = spot ? tags(first[0x8825]) : {};
  const part = (i) => u32(i) / u32(i + 4);
  const degrees = (n) => {
    const i = u32(gps[n]), found = part(i) + part(i + 8) / 60 + part(i + 16) / 3600;
    return ("SW".includes(String.fromCharCode(view.getUint8(tiff + gps[n - 1]))) ? -found : found).toFixed(5);
  };
  return text(tags(first[0x8769])[0x9003] || first[0x132]) + "|" + (gps[2] && gps[4] ? degrees(2) + ", " + degrees(4) : "");
}
async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file);
    const by = Math.min(1, 1600 / Math.max(picture.width, picture.height));
    if (by === 1 && file.type === "image/png") return file;
    const sheet = document.createElement("canvas");
    sheet.width = picture.width * by;
    sheet.height = picture.height * by;
    sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
    const small = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.82));
    return new File([small], file.name.replace(/(\.\w+)?$/, ".jpg"), { type: small.type });
  } catch {
    return file; // cannot be drawn: goes as it is
  }
}
each("input[type=file]", document, (field) => {
  const line = add("div", field.parentNode, { className: "bar" }), label = add("label", line, { className: "ck" });
  const tick = add("input", label, { type: "checkbox", className: "form-check-input" });
  label.append(says.spot);
  const note = add("output", line, { className: "hint" });
  let chosen = [];
  const work = async () => {
    field.form.dataset.wait = "1";
    note.textContent = says.working;
    const ready = new DataTransfer();
    each("[name$=-told]", line, (old) => old.remove());
    for (const file of chosen) {
      ready.items.add(await shrunk(file));
      const it = add("input", line, { type: "hidden", name: field.name.replace(/files$/, "told") });
      try { it.value = told(await file.slice(0, 131072).arrayBuffer(), tick.checked); } catch { /* tells nothing */ }
    }
    field.files = ready.files;
    const size = [...ready.files].reduce((sum, file) => sum + file.size, 0);
    note.textContent = says.ready.replace("#", chosen.length).replace("*", (size / 1048576).toFixed(1));
    const form = field.form, button = form.pressed;
    delete form.dataset.wait;
    delete form.pressed;
    if (button) form.requestSubmit(button);
  };
  field.addEventListener("change", () => { chosen = [...field.files]; work(); });
  tick.addEventListener("change", work);
});

// Drafts stay on this device until they are saved; nobody but the user sends them.
const key = (form) => `draft:${says.who}:${form.dataset.draft}`;
const leave = /^(csrf_token|do)$|seen$|-told$|^photo-/;
const typed = (form) => JSON.stringify([...new FormData(form)].filter((one) => one[1].trim && !leave.test(one[0])));
const store = localStorage, now = sessionStorage, sent = now.sent;
if (sent && document.querySelector(".done[role=status]")) delete store[sent];
Object.keys(store).forEach((name) => {
  if (/^draft:/.test(name) && Date.now() - JSON.parse(store[name]).at > 3 * 24 * 36e5) delete store[name];
});
const tell = (form, words) => {
  each(".draft", form, (old) => old.remove());
  const line = add("p", form, { className: "note draft", textContent: words + " " });
  line.setAttribute("role", "status");
  form.prepend(line);
  return line;
};
each("form[data-draft]", document, (form) => {
  const first = typed(form), kept = JSON.parse(store[key(form)] || "null");
  if (kept && !form.querySelector("[aria-invalid]") && kept.typed !== first) {
    const old = JSON.parse(kept.typed);
    each("input,select,textarea", form, (field) => {
      if (!field.name || /^(hidden|file)$/.test(field.type)) return;
      const values = old.filter((one) => one[0] === field.name).map((one) => one[1]);
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
      else if (values.length) field.value = values[0];
    });
    for (let at = form; (at = at.parentElement); ) if (at.tagName === "DETAILS") at.open = true;
    const note = tell(form, says.restored.replace("#", new Date(kept.at).toTimeString().slice(0, 5)));
    const drop = add("button", note, { type: "button", className: "plain", textContent: says.drop });
    drop.addEventListener("click", () => { delete store[key(form)]; form.reset(); note.remove(); });
  }
  form.addEventListener("input", () => {
    try {
      if (typed(form) === first) delete store[key(form)];
      else store[key(form)] = JSON.stringify({ at: Date.now(), typed: typed(form) });
    } catch { /* no room: nothing is kept */ }
  });
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.wait) {
    form.pressed = event.submitter;
    return event.preventDefault();
  }
  delete now.sent;
  if (!form.dataset.draft) return;
  if (navigator.onLine === false) {
    event.preventDefault();
    tell(form, says.offline).scrollIntoView();
  } else now.sent = key(form);
});
