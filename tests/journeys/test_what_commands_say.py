"""What commands say: another sampling asked of an indexed file, nothing to suggest, many failures, what works here."""

from __future__ import annotations

from support.footage import moving_pattern, write_video


def test_a_file_that_keeps_its_sampling_says_so_and_an_empty_table_is_not_written(cli, tmp_path):
    film, library = write_video(tmp_path / "film.mp4", moving_pattern(30), rate=10), tmp_path / "lib"
    cli("add", film, "--library", library)
    again = cli("add", film, "--library", library, "--profile", "thorough")
    assert "1 unchanged" in again.stdout
    assert "at 2 samples a second, and not at 4 samples a second as is asked for now" in again.stderr
    assert f"similarity library remove --library {library} film" in again.stderr
    table = tmp_path / "ranges.csv"
    suggested = cli("filter", "suggest", "--library", library, "--out", table)
    assert f"0 suggestions: nothing to decide on, {table} is not written" in suggested.stdout
    assert not table.exists()


def test_quiet_says_twenty_failures_and_counts_the_rest(cli, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    for number in range(23):
        (folder / f"{number:02}.mp4").write_bytes(b"no film at all")
    said = cli("add", folder, "--library", tmp_path / "lib", "--quiet", exit_code=4).stderr
    assert said.count(".mp4") >= 20
    assert "22.mp4" not in said
    assert "and 3 more: without --quiet, or with --json, each is named" in said


def test_doctor_tries_pillow(cli):
    assert "reader pillow" in cli("doctor").stdout
