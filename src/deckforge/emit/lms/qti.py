"""QTI 1.2 for Canvas, Brightspace, Blackboard and others: `build/lms/<course>.qti.zip`, an assessment a section.

The package is laid out as Canvas exports one: a manifest, a folder an assessment with its questions and Canvas's own
settings (`assessment_meta.xml`, which others pass over), and the pictures. Its questions say what those of text2qti
say; a test compares the two. Entries are stored, not compressed, so that every machine writes the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from deckforge.diagnostics import Outcome
from deckforge.emit import Artifact
from deckforge.emit.lms.qti_items import add, item_of, metadata
from deckforge.emit.lms.questions import bank
from deckforge.emit.losses import Losses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from deckforge.emit import Context
    from deckforge.emit.lms.question import Bank, Group

name = "qti"

FOLDER = "%24IMS-CC-FILEBASE%24/images"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_DATE = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""
_PREFIX = "deckforge_"
"""Identifiers of a manifest begin with a letter, which a lesson's id need not."""


def emit(context: Context) -> Outcome[tuple[Artifact, ...]]:
    """Return the package with the course's questions."""
    lost = Losses("QTI")
    course = context.course
    made = bank(course, lost, folder=FOLDER, gaps=False, hints=False)
    files = {"imsmanifest.xml": _manifest(course.id, made)}
    for group in made.groups:
        files[f"{_ident(group)}/assessment_meta.xml"] = _meta(group)
        files[f"{_ident(group)}/{_ident(group)}.xml"] = _assessment(group)
    files |= {f"images/{picture}": data for picture, data in made.pictures.items()}
    return Outcome((Artifact(f"build/lms/{course.id}.qti.zip", _zip(files)),), lost.told())


def _zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path, data in files.items():
            info = zipfile.ZipInfo(path, _DATE)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, data, zipfile.ZIP_STORED)
    return out.getvalue()


def _manifest(course: str, made: Bank) -> bytes:
    root = ET.Element("manifest", {"identifier": _PREFIX + course, "xmlns": _PACKAGE})
    about = add(root, "metadata")
    add(about, "schema", "IMS Content")
    add(about, "schemaversion", "1.1.3")
    add(root, "organizations")
    resources = add(root, "resources")
    for ident in map(_ident, made.groups):
        resource = add(resources, "resource", identifier=ident, type="imsqti_xmlv1p2")
        add(resource, "file", href=f"{ident}/{ident}.xml")
        add(resource, "dependency", identifierref=f"{ident}_meta")
        path = f"{ident}/assessment_meta.xml"
        kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
        add(add(resources, "resource", identifier=f"{ident}_meta", type=kind, href=path), "file", href=path)
    for number, picture in enumerate(made.pictures, start=1):
        path = f"images/{picture}"
        resource = add(resources, "resource", identifier=f"image_{number}", type="webcontent", href=path)
        add(resource, "file", href=path)
    return _bytes(root)


def _ident(group: Group) -> str:
    return _PREFIX + group.id


def _title(group: Group) -> str:
    return f"{group.path[1]}: {group.path[2]}"


def _meta(group: Group) -> bytes:
    """Return what Canvas reads of a quiz beside its questions; what is left out keeps its default there."""
    root = ET.Element("quiz", {"identifier": _ident(group), "xmlns": _CANVAS})
    values = {
        "title": _title(group),
        "description": group.instructions,
        "shuffle_answers": str(all(question.shuffle for question in group.questions)).lower(),
        "quiz_type": "practice_quiz",
        "points_possible": f"{sum(question.points for question in group.questions):.1f}",
        "allowed_attempts": "-1",  # any number
        "show_correct_answers": "true",
        "available": "false",
    }
    for tag, value in values.items():
        add(root, tag, value)
    return _bytes(root)


def _assessment(group: Group) -> bytes:
    root = ET.Element("questestinterop", {"xmlns": _QTI})
    assessment = add(root, "assessment", ident=_ident(group), title=_title(group))
    metadata(assessment, {"cc_maxattempts": "1"})
    section = add(assessment, "section", ident="root_section")
    for question in group.questions:
        item_of(section, question)
    return _bytes(root)


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"
