"""The audit of a case: what `similarity case verify` looks at, what each check proves, and what it does not.

Nothing in the folder is believed.  A folder in any state gives checks, never an error; what can't be looked at is a
failed check, or one that says `not_checked`, which never means that all is well.  Nothing outside the folder is needed
but referenced exhibits and, for `deep`, the originals; nothing is asked of a network.

>>> checks = verify_case(Path("case-7"), signers=[signer_named("79ff495e...")])
>>> outcome_of(checks).word
'INTACT'
>>> path = Path("case-7/report/report.json")
>>> path.write_text(path.read_text().replace('"score": 11.4', '"score": 12.4'))
>>> [check.what for check in verify_case(Path("case-7")) if check.name == "report.numbers"]
['matches[0].score: the report says 12.4, the evidence gives 11.4; the claim no longer stands']

Rules, in the order in which they are checked:

* Files are plain and stand for themselves (`files.py`)
    folder                    no links, pipes, colliding names or leftovers; not that every file belongs to the case
    case                      `case.yaml` can be read; not that what people state in it is true
    exhibits                  `exhibits.json` is written as it was; not that the list is complete
    exhibits.E1 ...           size and hashes are those recorded; not that the record is (custody.exhibits)
    stills                    bytes and pixels are those recorded; not that the original shows them (deep)
* The custody log is the one that was written (`files.py`, `statements.py`)
    custody.chain             no line before the last was changed, moved or taken out; not that the last are there
    custody.clock             no entry is dated before the one before it; not that the clock was right
    custody.exhibits          every exhibit is as the log recorded it, and none is gone
    custody.comparison        report and evidence are those that the newest comparison left
    custody.after_seal        never passes: lines that only the chain vouches for
* A seal covers all of it (`seals.py`)
    seal                      no seal that the log speaks of is gone; an unsealed case is not checked
    seal.1.manifest           its files add up to its Merkle root
    seal.1.signature          the signature fits the key that the manifest names; not whose key that is
    seal.1.signer             the key is the one named over another channel; not checked without one
    seal.1.custody            the log of today begins with the log that was sealed
    seal.1.time_stamp         an authority stamped this manifest; not that what it lists is true
    seal.1.files              in place of the next three where the manifest can't be read
    seal.1.files_missing      every file that was sealed is there
    seal.1.files_changed      with the bytes that were sealed
    seal.1.files_unknown      and nothing beside them
* The report follows from the evidence (`claims.py`, `rederive.py`)
    report                    it can be read; not checked where nothing was compared
    report.version            this program knows the release that made it, and what that shipped (`releases.py`)
    report.form               its text is the one way to write this report
    report.numbers            every number, derived once more from descriptors and frames; not that those are the
                              originals' (deep)
    report.pictures           every picture, made once more from the frames
    report.findings           `findings.json` is that of the report
    report.renderings         page, documents and tables say what the report says, byte for byte
    report.other_files        nothing lies in `report/` to which the report does not lead
* The search was entered before it was made (`search.py`)
    search.entered            the log names suspect, library and configuration before the comparison
    search.kept               no background was left out, and what is kept is what the list names
    search.library            what the report says of the library follows from the list
* What the report states stands in the files that say so (`statements.py`)
    report.circumstances      facts, exhibits, tool, configuration, places, counted figures, stills, calibrations
    report.access             the dossier follows from its facts and documents; labels are taken over as stated
* The evidence is that of the originals (`originals.py`, asked for with `deep`)
    deep                      decoded and described again, the originals give samples, descriptors, frames and headers;
                              an original that can't be reached is not checked

What they come to stands in one word (`outcome.py`): INTACT, CONSISTENT ONLY or BROKEN.

The evidence is read and worked out once for all of them (`kept.py`); `checks.py` turns errors into checks.
"""

__all__ = ["claims", "outcome", "trust"]
