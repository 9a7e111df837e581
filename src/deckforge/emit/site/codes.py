"""What can be wrong with a site, each kind with its own documentation page."""

from __future__ import annotations

from deckforge.diagnostics import Code, Severity

UNRESOLVED_LINK = Code(
    "DF801",
    "unresolved-link",
    Severity.ERROR,
    "A link leads nowhere: no lesson, item, heading or media file has that address.",
    "The site generator neither rewrites nor checks the links of rendered text, so a reader would be the first to find "
    "out. Every address is therefore resolved when the pages are made: to a lesson's file, an `#id` of the course, a "
    "file in `content/media`, or an address with a scheme.",
    example="See [exploding gradients](gradients.md#explode).",
    instead="See [exploding gradients](gradient-flow.md#exploding).",
)
LINK_SCHEME = Code(
    "DF802",
    "unsafe-link-scheme",
    Severity.ERROR,
    "A link has a scheme that a page must not follow.",
    "Only `https:`, `http:` and `mailto:` leave the site. `javascript:` and `data:` addresses run what somebody else "
    "wrote in the reader's browser, and `file:` means a file of the author's machine.",
    example="[the log](file:///home/me/run.log)",
    instead="[the log](media/run.log), with the file in content/media",
)
MISSING_PICTURE = Code(
    "DF803",
    "missing-picture",
    Severity.ERROR,
    "A picture is neither in `content/media` nor beside the lesson.",
    "The page would show a broken frame. Pictures are never fetched from the network, when a page is built or when it "
    "is read.",
    example="![loss](https://example.org/loss.svg)",
    instead="![loss over 2,000 steps](loss.svg), with the file in content/media",
)
BROKEN_TEMPLATE = Code(
    "DF804",
    "broken-site-template",
    Severity.ERROR,
    "A template of the site cannot be rendered.",
    "A course may replace each template in `templates/site/` by its own. One that names what does not exist, or does "
    "not parse, would leave pages out.",
    example="{{ lesson.name }}",
    instead="{{ lesson.title }}",
)
NO_CONFIGURATION = Code(
    "DF811",
    "no-site-configuration",
    Severity.ERROR,
    "The project has no `mkdocs.yml`.",
    "The look of the site is the author's: it is read from `mkdocs.yml` in the project's root, which inherits the "
    "generated navigation.",
    instead="INHERIT: build/site.yml\ndocs_dir: build/pages\nsite_dir: build/site\ntheme:\n  name: material",
)
FOREIGN_CONFIGURATION = Code(
    "DF812",
    "site-configuration-without-inherit",
    Severity.ERROR,
    "`mkdocs.yml` does not inherit `build/site.yml`, or reads and writes other folders than `build/pages` and "
    "`build/site`.",
    "The generated file carries the navigation, the site's name and its style sheet. Without it the pages would be "
    "sorted by file name and unstyled; with other folders the site would be built from something else, or into it.",
    example="docs_dir: docs",
    instead="INHERIT: build/site.yml\ndocs_dir: build/pages\nsite_dir: build/site",
)
GENERATOR_WARNING = Code(
    "DF813",
    "site-generator-complaint",
    Severity.ERROR,
    "The site generator warned about a page or its configuration.",
    "The generator runs in its strict mode: a warning means a page that is missing, doubled or not what was written.",
    example="theme: {name: materiel}",
    instead="theme: {name: material}",
)
GENERATOR_FAILED = Code(
    "DF814",
    "site-generator-failed",
    Severity.ERROR,
    "The site generator stopped without a site.",
    "The last lines that it printed are in the message. The site of the build before is left as it was.",
)
GENERATOR_MISSING = Code(
    "DF815",
    "site-generator-not-installed",
    Severity.ERROR,
    "The site generator that the course asks for is not installed.",
    "MkDocs comes with deckforge; ProperDocs and Zensical are extras. The pages are the same for all of them.",
    example="site: {engine: zensical}, where only MkDocs is installed",
    instead='pip install "deckforge[zensical]"',
)

CODES: tuple[Code, ...] = (
    UNRESOLVED_LINK,
    LINK_SCHEME,
    MISSING_PICTURE,
    BROKEN_TEMPLATE,
    NO_CONFIGURATION,
    FOREIGN_CONFIGURATION,
    GENERATOR_WARNING,
    GENERATOR_FAILED,
    GENERATOR_MISSING,
)
