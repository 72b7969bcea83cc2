"""The case folder: exhibits, custody log, seal, verification of files."""
