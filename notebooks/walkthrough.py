# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Walk-through: index, compare, look
#
# This page does by hand what `similarity demo` does with one command. It renders a few small films, indexes them, compares a suspect with them,
# and looks at one match: its figures, the similarity matrix behind it, the frames, and what a scene shares with a work on nine axes.
#
# Everything is written into a temporary folder, which is removed in the last cell. It runs in well under a minute.

# %%
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore", message="IProgress not found")  # a progress bar that is not used here

import numpy as np
from IPython.display import display
from PIL import Image, ImageDraw

from index import open_library
from similarity.align.pair import pair_zscores
from similarity.config import load_profile
from similarity.demo.footage import render_tiny_demo
from similarity.ingest.add import add_files
from similarity.compare.engine import compare_described
from similarity.compare.session import open_session
from similarity.report.build.report import compare_to_folder

scratch = tempfile.TemporaryDirectory()
folder = Path(scratch.name)

# %% [markdown]
# ## Films
#
# The films are camera moves over photographs that scikit-image ships. They are 160 x 90 pixels here. Because the product made them, it knows the
# truth: which stretch of the suspect was taken from which work, and what was done to it.

# %%
footage = render_tiny_demo(folder)
for film in footage.films:
    print(f"{film.role:<10} {film.name:<20} {film.seconds:5.1f} s")
print()
for taken in footage.copied:
    print(
        f"{taken.query_id} {taken.query_start:.1f}-{taken.query_end:.1f} s  from  "
        f"{taken.ref_id} {taken.ref_start:.1f}-{taken.ref_end:.1f} s: {taken.edit}"
    )

# %% [markdown]
# ## Index
#
# Works and background are indexed apart. Background is footage that has nothing to do with the works. It teaches how alike unrelated pictures are.
# Each film is decoded once. Black and flat samples are kept in the record and left out of the index.

# %%
config = load_profile("standard")
library = open_library(folder / "library", create=True)
added = [
    *add_files(footage.paths("work"), library, config=config, role="work"),
    *add_files(footage.paths("background"), library, config=config, role="background"),
]
for result in added:
    print(f"{result.status:<10} {result.entry_id:<20} {result.detail}")

# %% [markdown]
# ## Compare
#
# One call writes the whole report folder, as `similarity compare` does: `report.json`, `matches.csv`, `report.html` and the pictures.

# %%
suspect = folder / "suspect_mixed.mp4"
session = open_session(library, config)
report, files = compare_to_folder(suspect, session, folder / "case")
for match in report.matches:
    print(
        f"{match.match_id}  {match.suspect_start_seconds:5.2f}-{match.suspect_end_seconds:5.2f} s  ~  {match.work_id:<8} "
        f"{match.work_start_seconds:5.2f}-{match.work_end_seconds:5.2f} s  score {match.score:.1f}  "
        f"{'mirrored' if match.view.is_mirrored else ''}"
    )
print(f"{len(report.weaker_matches)} weaker matches are set aside; the threshold is {report.operating_threshold}")

# %% [markdown]
# A score is the mean similarity of the aligned samples in standard deviations above unrelated pictures, shrunk where there are few samples, plus the
# points that local features add or take off. It is a retrieval figure. It is not a probability and not an error rate.
#
# What could not be measured says so by name:

# %%
for gap in report.not_measured:
    print(f"{gap.what}: {gap.reason}")

# %% [markdown]
# ## The matrix
#
# Every sample of the suspect against every sample of the work: the suspect's time runs to the right, the work's time downwards, and light means alike.
# A copied stretch shows as a slanted line. The samples that were aligned are marked in red.

# %%
strongest = report.matches[0]
video = session.describe(suspect)
comparison = compare_described(video, session.rows, config=config, verifier=session.verifier)
aligned = comparison.matches[0]
seen = comparison.suspect.views[aligned.view]
work = session.rows.work(aligned.work_id)
zscores = pair_zscores(aligned.view, seen, work, session.rows.background, rows=np.arange(len(seen.samples)))
print(
    f"{zscores.shape[0]} x {zscores.shape[1]} samples, from {zscores.min():.1f} to {zscores.max():.1f} standard deviations"
)

CELL = 14
grey = (np.clip((zscores.T + 1) / 9, 0, 1) * 255).astype(np.uint8)
matrix = Image.fromarray(np.kron(grey, np.ones((CELL, CELL), dtype=np.uint8))).convert("RGB")
pencil = ImageDraw.Draw(matrix)
for point in strongest.path:
    across = int(np.abs(comparison.suspect.seconds - point.suspect_seconds).argmin()) * CELL
    down = int(np.abs(work.seconds - point.work_seconds).argmin()) * CELL
    pencil.rectangle((across + 3, down + 3, across + CELL - 4, down + CELL - 4), outline=(220, 40, 40), width=2)
display(matrix)

# %% [markdown]
# ## A match's frames
#
# The suspect's frame on the left, the work's frame on the right. The work's frames are decoded anew from its file by exact time, and only if the
# file is still the one that was indexed. Looking at them is the last and most important step.

# %%
for pair in strongest.frames:
    sides = [Image.open(folder / "case" / name) for name in (pair.suspect_picture, pair.work_picture)]
    sheet = Image.new("RGB", (sum(side.width for side in sides) + 8, max(side.height for side in sides)), "white")
    sheet.paste(sides[0], (0, 0))
    sheet.paste(sides[1], (sides[0].width + 8, 0))
    print(f"suspect {pair.suspect_seconds:.3f} s, work {pair.work_seconds:.3f} s")
    display(sheet)

# %% [markdown]
# ## Nine axes, two ratios, a reading
#
# What a scene of the suspect shares with a work is measured on nine axes, which are never merged. Six are of expression: the same pictures
# (*verbatim*), edits of the same pictures (*copied*), edges in the same places (*structure*), the same layout under another surface (*composition*),
# the same movement (*motion*), a part that reappears (*region*). Three are shown and never counted as taking: colours (*palette*), the subject
# (*concept*, which needs CLIP weights), the manner (*style*). Beside each value stands the share of unrelated footage that reaches less.

# %%
scene = next(one for one in report.scenes if one.works)
finding = scene.works[0].finding
print(f"scene {scene.scene_number}, {scene.start_seconds:.2f}-{scene.end_seconds:.2f} s, against {finding.work_id}")
for axis in finding.axes:
    measured = isinstance(axis.value, float)
    usual = f"{axis.background_percentile:5.1f} %" if isinstance(axis.background_percentile, float) else "     –"
    print(f"{axis.axis:<12} {axis.value:6.2f} {usual}" if measured else f"{axis.axis:<12} {axis.value.reason}")

# %% [markdown]
# Two likelihood ratios weigh what was measured: how much more probable it is if the pictures were *copied*, or *adapted*, than if both were made
# independently. They are log10, come from calibrations on labelled footage with intervals, go no further than that footage supports, and are withheld
# where this comparison lies outside what was validated. Films of 160 x 90 pixels lie outside. A *reading* then proposes words for a person to weigh; it
# decides nothing.


# %%
def bound(value):
    return "open" if value is None else f"{value:.2f}"


for name, ratio in (("copy", finding.copy_ratio), ("adaptation", finding.adaptation_ratio)):
    stated = hasattr(ratio, "log10_lr")
    print(
        f"{name}: {f'log10 LR {ratio.log10_lr:.2f} ({bound(ratio.lower)} to {bound(ratio.upper)})' if stated else ratio.reason}"
    )
print(f"\nreading: {finding.reading.name}")
for reason in finding.reading.reasons:
    print(f"  {reason}")

# %% [markdown]
# ## A second suspect
#
# It takes nothing from the works. That nothing is found is not proof of originality.

# %%
other, _ = compare_to_folder(folder / "suspect_original.mp4", session, folder / "other")
print(f"{other.suspect.video_id}: {len(other.matches)} matches found, {len(other.weaker_matches)} weaker")

# %%
library.close()
scratch.cleanup()
