"""A library open for comparing: what `compare` and `scan` have in common before they look at a suspect."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from index.api import Reader, Writer
from index.device import SearchDevice, search_device
from similarity.absence import NotMeasured, not_measured
from similarity.align.values import SuspectTrack
from similarity.compare.frames import DecodedFrames, Frames
from similarity.compare.geometric import Verifier
from similarity.compare.measuring import Measurer
from similarity.compare.placing import Placer
from similarity.compare.promising import promising_samples
from similarity.compare.sounding import ComparedSound, compare_sound
from similarity.compare.works import Works
from similarity.config import Config
from similarity.describe.choose import AnyDescriber, choose_describers, without_middles
from similarity.describe.further import with_further_views
from similarity.describe.text.engine import TextEngine
from similarity.describe.video import DescribedVideo, describe_video
from similarity.errors import SimilarityError
from similarity.ingest.describing import NOT_HEARD
from similarity.ingest.entries import describers_held
from similarity.measure.calibrations import Calibrations, load_calibrations
from similarity.progress import SILENT, Progress
from similarity.sound.heard import hear, with_sound_alone

__all__ = ["EmptyLibraryError", "Session", "open_session", "session_on"]


class EmptyLibraryError(SimilarityError):
    """A comparison was asked of a library without works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A library open for comparing, with the describers that fit it."""

    rows: Works
    """The library, at the generation that was opened."""
    describers: tuple[AnyDescriber, ...]
    """Describers whose sets the library holds."""
    concept: NotMeasured | None
    """Why the concept axis is not measured; None where it is."""
    text: TextEngine | NotMeasured
    """What reads text in the suspect's pictures; or why none is read."""
    search: SearchDevice
    """Where nearest samples are searched, and why there."""
    config: Config
    """The configuration."""
    frames: Frames
    """Where single frames are taken from."""
    verifier: Verifier
    """Looks again at the strongest matches."""
    placer: Placer
    """Places found matches to the frame."""
    calibrations: Calibrations
    """What scores are worth."""
    num_work_samples: int
    """Indexed samples of all works, also of those that a case does not keep."""
    library_path: Path | None
    """Folder of the library; None where a case keeps the rows."""

    def with_frames(self, frames: Frames) -> Session:
        """The same, taking single frames from elsewhere."""
        return replace(
            self,
            frames=frames,
            verifier=Verifier(self.rows, self.config, frames),
            placer=Placer(self.rows, self.config, frames),
        )

    def measurer(self, video: DescribedVideo, suspect: SuspectTrack) -> Measurer:
        """Measures the matches of one compared suspect."""
        return Measurer(
            video=video,
            suspect=suspect,
            backgrounds=self.rows.background,
            rows=self.rows,
            work_track=self.rows.work,
            config=self.config,
            calibrations=self.calibrations,
            concept=self.concept,
            num_comparisons=len(video.samples.indexed) * self.num_work_samples,
        )

    def compared_sound(self, suspect: Path, work_ids: Collection[str]) -> ComparedSound | NotMeasured:
        """A suspect's soundtrack against those of works.

        Args:
            suspect: its file, which is decoded for its sound.
            work_ids: the works.
        """
        heard = hear(suspect) if self.config.describe.sound else NOT_HEARD
        return compare_sound(heard, self.rows.sounds, work_ids, threshold=self.config.align.sound_threshold)

    def describe(self, suspect: Path, progress: Progress = SILENT) -> DescribedVideo:
        """Describe a suspect under every view that the configuration asks for."""
        describers = without_middles(self.describers)
        describe = partial(
            describe_video,
            suspect,
            describers,
            config=self.config.sample,
            views=self.config.align,
            text=self.text,
            progress=progress,
        )
        sets = [one.identity for one in describers]
        listen = partial(hear, suspect)
        video = with_sound_alone(suspect, sets, describe, listen) if self.config.describe.sound else describe()
        wanted = promising_samples(video, self.rows)
        return with_further_views(video, self.describers, wanted, config=self.config.sample) if wanted else video


def open_session(library: Writer, config: Config) -> Session:
    """Make a library ready for comparing, as it stands now; what is added later is not compared with.

    Raises:
        EmptyLibraryError: the library holds no works.
        MissingModelError, DescriptorMismatchError: its descriptors can't be computed here.
    """
    return session_on(library.snapshot(), config, library.path)


def session_on(reader: Reader, config: Config, library_path: Path) -> Session:
    """Make one generation of a library ready for comparing.

    Args:
        reader: the generation.
        config: search, alignment, measures.
        library_path: folder of the library.

    Raises:
        EmptyLibraryError, MissingModelError, DescriptorMismatchError: as `open_session`.
    """
    rows = Works(reader)
    if not rows.works:
        raise EmptyLibraryError(
            f"library {library_path} holds no works to compare with; add some: "
            f"similarity add PATH... --library {library_path}"
        )
    chosen = choose_describers(config.describe)
    describers = describers_held(rows.library, chosen)
    concept = chosen.concept
    if concept is None and not any(describer.identity.name == "clip" for describer in describers):
        concept = not_measured("the library holds no CLIP descriptors")
    frames = DecodedFrames(config.sample.reader)
    return Session(
        rows=rows,
        describers=describers,
        concept=concept,
        text=chosen.text,
        search=search_device(config.align.search_device),
        config=config,
        frames=frames,
        verifier=Verifier(rows, config, frames),
        placer=Placer(rows, config, frames),
        calibrations=load_calibrations(config.measure),
        num_work_samples=rows.facts.num_work_samples,
        library_path=library_path,
    )
