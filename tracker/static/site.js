// On site: photographs are made smaller before they are sent, and what was typed outlives a lost connection.
// Comfort only: every form works without this file.
(() => {
  "use strict";
  const says = document.currentScript.dataset, LONGEST = 1600, KEPT = 3 * 24 * 36e5;
  const each = (what, where, act) => where.querySelectorAll(what).forEach(act);
  const add = (tag, where, text) => {
    const made = document.createElement(tag);
    made.textContent = text || "";
    where.append(made);
    return made;
  };

  // What a JPEG tells: when it was taken and where, as "2026:06:17 09:31:05|31.17430, 121.43700".
  function told(bytes, spot) {
    const view = new DataView(bytes);
    let at = 2, tiff = 0;
    while (!tiff && view.getUint8(at) === 255) {
      if (view.getUint8(at + 1) === 225 && view.getUint32(at + 4) === 0x45786966) tiff = at + 10;
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
      return (/[SW]/.test(String.fromCharCode(view.getUint8(tiff + gps[n - 1]))) ? -found : found).toFixed(5);
    };
    return text(tags(first[0x8769])[0x9003] || first[0x132]) + "|" + (gps[2] && gps[4] ? degrees(2) + ", " + degrees(4) : "");
  }
  async function shrunk(file) {
    try {
      const picture = await createImageBitmap(file); // upright
      const by = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
      if (by === 1 && file.type === "image/png") return file;
      const sheet = document.createElement("canvas"), pen = sheet.getContext("2d");
      sheet.width = picture.width * by;
      sheet.height = picture.height * by;
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, sheet.width, sheet.height);
      pen.drawImage(picture, 0, 0, sheet.width, sheet.height);
      picture.close();
      const small = await new Promise((done) => sheet.toBlob(done, "image/jpeg", 0.82));
      return new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: small.type });
    } catch (_) {
      return file; // what cannot be drawn goes as it is
    }
  }
  each("input[type=file]", document, (field) => {
    const line = add("div", field.parentNode), label = add("label", line), tick = add("input", label);
    label.append(says.spot);
    line.className = "bar";
    label.className = "ck";
    tick.type = "checkbox";
    tick.className = "form-check-input";
    const note = add("span", line);
    note.className = "hint";
    note.setAttribute("role", "status");
    let chosen = [];
    const work = async () => {
      field.form.dataset.wait = "1";
      note.textContent = says.working;
      const ready = new DataTransfer();
      each("[name$=-told]", line, (old) => old.remove());
      for (const file of chosen) {
        ready.items.add(await shrunk(file));
        const it = add("input", line);
        it.type = "hidden";
        it.name = field.name.replace(/files$/, "told");
        try { it.value = told(await file.slice(0, 131072).arrayBuffer(), tick.checked); } catch (_) { /* tells nothing */ }
      }
      field.files = ready.files;
      const size = [...ready.files].reduce((sum, file) => sum + file.size, 0);
      note.textContent = chosen.length ? says.ready.replace("#", chosen.length).replace("*", (size / 1048576).toFixed(1)) : "";
      const button = field.form.pressed;
      delete field.form.dataset.wait;
      if (button) { field.form.pressed = null; field.form.requestSubmit(button); }
    };
    field.addEventListener("change", () => { chosen = [...field.files]; work(); });
    tick.addEventListener("change", work);
  });

  // Drafts: the text of a form stays on this device until it was saved, and is sent by nobody but the user.
  const key = (form) => "draft:" + says.who + ":" + form.dataset.draft;
  const typed = (form) => [...new FormData(form)].filter((one) => typeof one[1] === "string" && !/^(csrf_token|do)$|seen$|-told$|^photo-/.test(one[0]));
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const store = localStorage, sent = sessionStorage.getItem("sent");
  if (sent && document.querySelector(".done[role=status]")) {
    store.removeItem(sent);
    sessionStorage.removeItem("sent");
  }
  Object.keys(store).forEach((name) => {
    if (/^draft:/.test(name) && Date.now() - JSON.parse(store[name]).at > KEPT) store.removeItem(name);
  });
  const tell = (form, words) => {
    each(".draft", form, (old) => old.remove());
    const line = document.createElement("p");
    line.className = "note draft";
    line.setAttribute("role", "status");
    line.textContent = words + " ";
    form.prepend(line);
    return line;
  };
  each("form[data-draft]", document, (form) => {
    const first = typed(form), kept = JSON.parse(store.getItem(key(form)) || "null");
    if (kept && !form.querySelector("[aria-invalid]") && !same(kept.typed, first)) {
      each("input,select,textarea", form, (field) => {
        if (!/^(hidden|file)$/.test(field.type) && field.name) {
          const values = kept.typed.filter((one) => one[0] === field.name).map((one) => one[1]);
          if (/^(checkbox|radio)$/.test(field.type)) field.checked = values.includes(field.value);
          else if (values.length) field.value = values[0];
        }
      });
      for (let at = form.parentElement; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
      const drop = add("button", tell(form, says.restored.replace("#", new Date(kept.at).toTimeString().slice(0, 5))), says.drop);
      drop.type = "button";
      drop.className = "plain";
      drop.addEventListener("click", () => { store.removeItem(key(form)); form.reset(); drop.parentNode.remove(); });
    }
    form.addEventListener("input", () => {
      try {
        if (same(typed(form), first)) store.removeItem(key(form));
        else store.setItem(key(form), JSON.stringify({ at: Date.now(), typed: typed(form) }));
      } catch (_) { /* a full or forbidden store keeps nothing, and the form goes on */ }
    });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.wait) { event.preventDefault(); form.pressed = event.submitter; return; }
    sessionStorage.removeItem("sent");
    if (!form.dataset.draft) return;
    if (navigator.onLine === false) {
      event.preventDefault();
      tell(form, says.offline).scrollIntoView();
    } else sessionStorage.setItem("sent", key(form));
  });
})();
