"""A catalogue with mistakes imports nothing and says all of them at once."""

from __future__ import annotations

from similarity.cli.exits import Exit


def test_nothing_is_half_imported(cli, demo, tmp_path):
    catalogue = tmp_path / "works.csv"
    poster = demo.folder / "works" / "poster.png"
    catalogue.write_text(f"file,id,title\n{poster},good,The Cat\ngone.mp4,bad,Gone\n{poster},good,Again\n")
    library = tmp_path / "library"
    said = cli("add", poster, "--catalogue", catalogue, "--library", library, exit_code=Exit.FAILED)
    head, *rows = said.stderr.splitlines()
    assert head == f"error: table {catalogue}: nothing was imported, 3 problem(s); mend them and run it again:"
    assert [row.split(":")[0] for row in rows] == ["  row 3", "  row 4", "  row 4"]
    assert said.stdout == ""
    assert not library.exists()


def test_a_catalogue_that_is_not_there_is_said(cli, demo, tmp_path):
    asked = ("add", demo.folder, "--catalogue", tmp_path / "gone.csv", "--library", tmp_path / "library")
    (line,) = cli(*asked, exit_code=Exit.FAILED).stderr.splitlines()
    assert line.startswith(f"error: {tmp_path / 'gone.csv'}: can't be read")
