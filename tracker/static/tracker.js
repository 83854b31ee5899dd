// Comfort only: every page works without this file.
(function () {
  "use strict";
  var composing = false;
  document.addEventListener("compositionstart", function () { composing = true; });
  document.addEventListener("compositionend", function () { composing = false; });

  function inField(at) {
    return at && (/^(INPUT|TEXTAREA|SELECT|BUTTON|SUMMARY)$/.test(at.tagName) || at.isContentEditable);
  }
  function lines() { return [...document.querySelectorAll("table.cards tbody tr:not(.grp)")]; }
  function current() { return document.querySelector("tr.at"); }
  function move(step) {
    var all = lines(), at = current(), to = all[at ? all.indexOf(at) + step : 0];
    if (!to) return;
    if (at) at.classList.remove("at");
    to.classList.add("at");
    to.scrollIntoView({ block: "nearest" });
    var link = to.querySelector("a[href]");
    if (link) link.focus({ preventScroll: true });
  }
  var keys = {
    j: function () { move(1); },
    k: function () { move(-1); },
    x: function () {
      if (!current()) move(1);
      var box = current() && current().querySelector("input[type=checkbox]");
      if (box) box.click();
    },
    Enter: function () {
      var link = current() && current().querySelector("a[href]");
      if (link) link.click();
    },
    "/": function () {
      var field = document.querySelector("input[type=search]");
      if (field) field.focus();
    },
    n: function () { go("n"); }
  };
  // g, then the letter of a page.
  var going = -9999;
  function go(key) {
    var link = /^[a-z]$/.test(key) && document.querySelector("[data-key=" + key + "]");
    if (link) link.click();
  }

  document.addEventListener("keydown", function (event) {
    if (composing || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
    var at = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && at.form) {
      var button = at.form.querySelector("button.btn-primary") || at.form.querySelector("button:not([type=button])");
      if (button) { event.preventDefault(); button.click(); }
      return;
    }
    // Chromium leaves an accesskey alone where the chord brings no letter of its own.
    var letter = event.altKey && !event.ctrlKey && !event.metaKey && /^Key([A-Z])$/.exec(event.code);
    var marked = letter && document.querySelector("[accesskey=" + letter[1].toLowerCase() + "]");
    if (marked) {
      event.preventDefault();
      marked.focus();
      if (marked.tagName === "BUTTON") marked.click();
      return;
    }
    // No long form is sent from one of its lines.
    if (event.key === "Enter" && at.tagName === "INPUT" && at.form === form) event.preventDefault();
    // A ticked box keeps the keys of the list; typing is nowhere near it.
    if (event.ctrlKey || event.metaKey || event.altKey || (inField(at) && at.type !== "checkbox")) return;
    if (!document.body.hasAttribute("data-keys")) return;
    if (event.timeStamp - going < 1500) {
      going = -9999;
      event.preventDefault();
      return go(event.key);
    }
    if (event.key === "g") going = event.timeStamp;
    if (!keys[event.key]) return;
    if (event.key === "Enter" && at.tagName === "A") return;
    event.preventDefault();
    keys[event.key]();
  });

  // What takes long says so, and is pressed once; whoever comes back may press again.
  document.addEventListener("submit", function (event) {
    if (/logout$/.test(event.target.action)) localStorage.clear(); // no draft stays
    var button = event.target.dataset.busy && event.target.querySelector("button");
    if (!button) return;
    button.dataset.ready = button.textContent;
    button.textContent = event.target.dataset.busy;
    button.disabled = true;
  });
  window.addEventListener("pageshow", function () {
    var button = document.querySelector("button[data-ready]");
    if (!button) return;
    button.textContent = button.dataset.ready;
    button.disabled = false;
  });

  // 显示密码: a button beside a password, made here: it needs this file.
  document.querySelectorAll("input[data-show]").forEach(function (field) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "plain show";
    button.textContent = field.dataset.show;
    button.setAttribute("aria-pressed", "false");
    button.addEventListener("click", function () {
      var shown = field.type === "password";
      field.type = shown ? "text" : "password";
      button.setAttribute("aria-pressed", String(shown));
    });
    field.parentNode.classList.add("shown");
    field.insertAdjacentElement("afterend", button);
  });

  // 回访: 1 to 4 pick the outcome, Enter goes on. 不满意 wants its reason.
  var call = document.querySelector("form[data-call]");
  if (call && document.body.hasAttribute("data-keys")) {
    document.addEventListener("keydown", function (event) {
      var at = event.target;
      if (composing || event.ctrlKey || event.metaKey || event.altKey || /^(TEXTAREA|SELECT)$/.test(at.tagName)) return;
      var box = /^[1-4]$/.test(event.key) && call.querySelector("[data-n='" + event.key + "']");
      if (!box) return;
      event.preventDefault();
      box.checked = true;
      (event.key === "3" ? call.elements.reason : box).focus();
    });
  }

  // 登记: earlier cases and due times come up while typing.
  var form = document.getElementById("new");
  if (form) {
    var timer = {}, asked = {}, touched = false, plan = ["street", "categories", "kind", "grade", "grid"];
    var part = function (name, url, options, done) {
      clearTimeout(timer[name]);
      timer[name] = setTimeout(function () {
        var n = asked[name] = (asked[name] || 0) + 1;
        fetch(url(), options && options()).then(function (answer) {
          return answer.ok && !answer.redirected ? answer.text() : null;
        }).then(function (html) {
          if (html === null || n !== asked[name]) return;
          document.getElementById(name).innerHTML = html;
          if (done) done();
        }).catch(function () {});
      }, 400);
    };
    var limits = function (typed, done) {
      part("limits", function () {
        var at = { received_at: typed() };
        plan.forEach(function (n) { if (form[n]) at[n] = form[n].value; });
        return form.dataset.limits + "?" + new URLSearchParams(at);
      }, null, done);
    };
    form.addEventListener("input", function (event) {
      var name = event.target.name, value = event.target.value, received = form.received_at;
      if (name === "received_at") {
        limits(function () { return received.value; }, function () {
          document.getElementById("received").textContent = received.value;
        });
      } else if (!touched && !form.hasAttribute("data-kept")) {
        // The call begins with the first key: a form that has stood open for an hour begins now.
        limits(function () { return ""; }, function () {
          var now = document.querySelector("#limits [data-received]");
          if (now) received.value = document.getElementById("received").textContent = now.dataset.received;
        });
      } else if (plan.indexOf(name) >= 0) {
        limits(function () { return received.value; });
      }
      touched = true;
      if ((name === "phone" && value.replace(/\D/g, "").length >= 7) ||
          (name === "place" && value.trim().length >= 4) || name === "subject_unit") {
        part("repeats", function () { return form.dataset.repeats; }, function () {
          return { method: "POST", body: new FormData(form) };
        });
      }
    });
  }
  // On a phone the filter stays folded until it is wanted.
  var filter = document.querySelector(".flt");
  if (filter && window.innerWidth <= 800 && !filter.querySelector("[aria-invalid]")) filter.removeAttribute("open");
  document.querySelectorAll("[data-copy]").forEach(function (at) {
    at.hidden = false;
    at.onclick = function () {
      getSelection().selectAllChildren(document.getElementById(at.dataset.copy));
      if (document.execCommand("copy")) at.textContent = at.dataset.done;
    };
  });
  if (document.querySelector("[data-print]")) window.print();
})();
