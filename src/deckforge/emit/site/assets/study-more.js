/*! DeckForge study elements, Apache-2.0: see study.licences.txt */
"use strict";(()=>{window.deckforge?.register("modes",{});})();
