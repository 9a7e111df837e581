"""Take the pictures of Anki's import window that the site shows: `anki_pictures.py PACKAGE FOLDER`.

Run it with a Python that has Anki's desktop (`pip install "aqt[qt6]"`: AGPL, so never one of our dependencies) under a
screen: `xvfb-run -a -s "-screen 0 2200x2000x24" python scripts/anki_pictures.py …`. It makes an empty collection in a
temporary folder, opens the window for the package, sets the boxes as the page says, and saves the pictures as PNG.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

ADDON = """
import json, os
from pathlib import Path
from aqt import mw, gui_hooks
from aqt.qt import QTimer
from aqt.import_export.import_dialog import AnkiPackageArgs, ImportDialog

JOB = json.loads(os.environ["ANKI_PICTURES"])
TICK = '''
(function () {
  const rows = [...document.querySelectorAll("label, .row, [class*=row]")];
  const row = (text) => rows.filter((r) => r.textContent.trim().startsWith(text) && r.querySelector("input, select"))
    .sort((a, b) => a.textContent.length - b.textContent.length)[0];
  %s
  return document.body.innerText;
})()
'''


def start():
    mw.resize(1000, 900)
    dialog = ImportDialog(mw, AnkiPackageArgs(JOB["package"]))
    dialog.resize(*JOB["size"])
    QTimer.singleShot(4000, lambda: first(dialog))


def first(dialog):
    dialog.web.evalWithCallback(TICK % JOB["first"], lambda text: print("FIRST", text))
    dialog.resize(*JOB["small"])
    QTimer.singleShot(1500, lambda: (save(dialog, "first-import.png"), second(dialog)))


def second(dialog):
    dialog.resize(*JOB["size"])
    dialog.web.evalWithCallback(TICK % JOB["update"], lambda text: print("UPDATE", text))
    QTimer.singleShot(1500, lambda: (save(dialog, "update.png"), dialog.reject(), mw.unloadProfileAndExit()))


def save(dialog, name):
    dialog.grab().save(str(Path(JOB["out"]) / name))


gui_hooks.profile_did_open.append(lambda: QTimer.singleShot(1500, start))
"""

CLICK = (
    "const set = (text, on) => { const box = row(text).querySelector('input'); if (box.checked !== on) box.click(); };"
)
FIRST = f"{CLICK} set('Import any deck presets', true); set('Import any learning progress', false);"
UPDATE = (
    f"document.querySelector('details').open = true; {CLICK}"
    "set('Import any deck presets', false); set('Merge note types', false);"
)


def main(package: str, out: str) -> int:
    """Take both pictures."""
    base = Path(tempfile.mkdtemp(prefix="anki-pictures-"))
    addon = base / "addons21" / "pictures"
    addon.mkdir(parents=True)
    (addon / "__init__.py").write_text(ADDON)
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    job = {"package": str(Path(package).resolve()), "out": str(folder.resolve()), "first": FIRST, "update": UPDATE}
    os.environ["ANKI_PICTURES"] = json.dumps({**job, "size": [720, 416], "small": [720, 250]})
    os.environ.setdefault("QTWEBENGINE_DISABLE_SANDBOX", "1")
    os.environ.setdefault("QTWEBENGINE_CHROMIUM_FLAGS", "--no-sandbox --disable-gpu")
    os.environ.setdefault("QT_SCALE_FACTOR", "2")  # sharp on the screens that people have
    os.environ.setdefault("LIBGL_ALWAYS_SOFTWARE", "1")

    from aqt.profiles import ProfileManager

    profiles = ProfileManager(base)
    profiles.setupMeta()
    profiles.setLang("en_US")
    profiles.create("User 1")
    profiles.db.commit()
    profiles.db.close()

    import aqt

    sys.argv = ["anki", "-b", str(base), "-p", "User 1", "-l", "en_US"]
    aqt.run()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
