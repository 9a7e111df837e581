/* Opened from files, a folder is a list of its files: a link to one leads to its page instead. */
(function () {
  "use strict";
  if (location.protocol !== "file:") return;
  function mend(event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || typeof link.href !== "string") return;
    var url = new URL(link.href);
    if (url.protocol === "file:" && /\/$/.test(url.pathname)) {
      url.pathname += "index.html";
      link.href = url.href;
    }
  }
  ["pointerdown", "focusin", "click"].forEach(function (kind) { document.addEventListener(kind, mend, true); });
})();
