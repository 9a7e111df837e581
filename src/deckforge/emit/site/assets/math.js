/* Renders the places that DeckForge marked (`.df-math`, TeX inside) with the KaTeX beside this file, which is loaded
   on the first page that has any. Without this script the TeX stays readable. Works on file:// and with Material's
   instant navigation, which runs a script once and then only says that the document changed (`document$`). What draws
   by itself later calls `deckforgeMath(element)`. */
(function () {
  "use strict";
  var base = document.currentScript.src.replace(/[^/]*$/, "katex/");
  var loading = null;

  function katex() {
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        var style = document.createElement("link");
        style.rel = "stylesheet";
        style.href = base + "katex.min.css";
        document.head.appendChild(style);
        var script = document.createElement("script");
        script.src = base + "katex.min.js";
        script.onload = function () { resolve(window.katex); };
        script.onerror = reject;
        document.head.appendChild(script);
      });
    }
    return loading;
  }

  function render(within) {
    var places = (within instanceof Element ? within : document).querySelectorAll(".df-math:not(.df-math--done)");
    if (!places.length) return;
    katex().then(function (library) {
      places.forEach(function (place) {
        if (place.classList.contains("df-math--done")) return; // asked for twice before the library was there
        var tex = place.textContent;
        try {
          library.render(tex, place, { displayMode: place.classList.contains("df-display"), throwOnError: true });
          place.classList.add("df-math--done");
          if (place.scrollWidth > place.clientWidth + 1 && place.clientWidth) place.tabIndex = 0; // scrolls by keyboard too
        } catch (error) {
          place.textContent = tex; // TeX that KaTeX does not know stays as written
          place.classList.add("df-math--done", "df-math--plain");
        }
      });
    }, function () { /* the TeX stays readable */ });
  }

  window.deckforgeMath = render;
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", render);
  else render();
  if (typeof window.document$ !== "undefined" && window.document$.subscribe) window.document$.subscribe(render);
  else document.addEventListener("DOMContentLoaded", function () {
    if (typeof window.document$ !== "undefined" && window.document$.subscribe) window.document$.subscribe(render);
  });
})();
