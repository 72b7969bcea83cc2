"""Every block by the name that profiles call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from similarity.report.document.blocks import access as blocks_access
from similarity.report.document.blocks import axes as blocks_axes
from similarity.report.document.blocks import beside as blocks_beside
from similarity.report.document.blocks import bundle as blocks_bundle
from similarity.report.document.blocks import case as blocks_case
from similarity.report.document.blocks import contributions as blocks_contributions
from similarity.report.document.blocks import counter as blocks_counter
from similarity.report.document.blocks import filtration as blocks_filtration
from similarity.report.document.blocks import findings as blocks_findings
from similarity.report.document.blocks import first_page as blocks_first_page
from similarity.report.document.blocks import labels as blocks_labels
from similarity.report.document.blocks import matches as blocks_matches
from similarity.report.document.blocks import notice as blocks_notice
from similarity.report.document.blocks import overview as blocks_overview
from similarity.report.document.blocks import part as blocks_part
from similarity.report.document.blocks import picture_text as blocks_picture_text
from similarity.report.document.blocks import rates as blocks_rates
from similarity.report.document.blocks import record as blocks_record
from similarity.report.document.blocks import rights as blocks_rights
from similarity.report.document.blocks import scripts as blocks_scripts
from similarity.report.document.blocks import sound as blocks_sound
from similarity.report.document.blocks import storyboard as blocks_storyboard
from similarity.report.document.blocks import use as blocks_use
from similarity.report.document.context import Context
from similarity.report.document.parts import Part

__all__ = ["BLOCKS", "Block"]

Block = Callable[[Context], tuple[Part, ...]]

BLOCKS: Mapping[str, Block] = {
    "access_facts": blocks_access.access_facts,
    "access_grades": blocks_access.access_grades,
    "axis_words": blocks_axes.axis_words,
    "calibration_record": blocks_rates.calibration_record,
    "case_facts": blocks_case.case_facts,
    "closest_unrelated": blocks_counter.closest_unrelated,
    "comparison": blocks_matches.comparison,
    "configuration": blocks_record.configuration,
    "controls": blocks_beside.controls,
    "contributions": blocks_contributions.contributions,
    "coverage_table": blocks_overview.coverage_table,
    "deviations": blocks_counter.deviations,
    "alarm_sentences": blocks_rates.alarm_sentences,
    "envelope_check": blocks_rates.envelope_check,
    "equipment": blocks_record.equipment,
    "error_curves": blocks_rates.error_curves,
    "error_rates": blocks_rates.error_rates,
    "examination_record": blocks_record.examination_record,
    "examiners": blocks_case.examiners,
    "exclusions": blocks_filtration.exclusions,
    "exhibit_details": blocks_case.exhibit_details,
    "exhibit_list": blocks_case.exhibit_list,
    "facts_of_use": blocks_use.facts_of_use,
    "figure_index": blocks_record.figure_index,
    "findings_detail": blocks_findings.findings_detail,
    "findings_table": blocks_findings.findings_table,
    "identity_list": blocks_case.identity_list,
    "key_figures": blocks_overview.key_figures,
    "limits": blocks_counter.limits,
    "locations": blocks_notice.locations,
    "match_pictures": blocks_matches.match_pictures,
    "matches_table": blocks_matches.matches_table,
    "not_measured": blocks_counter.not_measured,
    "noticed_works": blocks_notice.noticed_works,
    "not_measured_in_short": blocks_first_page.not_measured_in_short,
    "notes_for_counsel": blocks_case.notes_for_counsel,
    "picture_text": blocks_picture_text.picture_text,
    "prima_facie": blocks_bundle.prima_facie,
    "propositions": blocks_overview.propositions,
    "provenance_labels": blocks_labels.provenance_labels,
    "repeat": blocks_record.repeat,
    "request_draft": blocks_bundle.request_draft,
    "rights": blocks_rights.rights,
    "parts_found": blocks_part.parts_found,
    "parts_in_short": blocks_part.parts_in_short,
    "salient_parts": blocks_axes.salient_parts,
    "same_files": blocks_counter.same_files,
    "scene_list": blocks_overview.scene_list,
    "score_table": blocks_matches.score_table,
    "storyboard": blocks_storyboard.storyboard,
    "sound_files": blocks_sound.sound_files,
    "sound_found": blocks_sound.sound_found,
    "sound_in_short": blocks_sound.sound_in_short,
    "time_line": blocks_overview.time_line,
    "training_disclosures": blocks_access.training_disclosures,
    "verbal_scale": blocks_overview.verbal_scale,
    "scripts": blocks_scripts.scripts,
    "visible_labels": blocks_labels.visible_labels,
    "weaker_matches": blocks_counter.weaker_matches,
    "what_was_asked": blocks_first_page.what_was_asked,
    "what_was_found": blocks_first_page.what_was_found,
    "who_answers": blocks_first_page.who_answers,
    "with_and_without": blocks_filtration.with_and_without,
}
