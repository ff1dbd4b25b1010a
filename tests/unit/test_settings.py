"""Settings: where a value comes from, and what an unknown one says."""

from pathlib import Path

import pytest

from geo.errors import SettingsError, UnknownNameError
from geo.registry import implementation, names
from geo.settings import Settings, data_folder, load_settings


def test_a_flag_wins_over_the_environment_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "geo.toml").write_text('recognizer = "file"\nresolver = "file"\ndemonyms = false\n')
    settings = load_settings(
        {"recognizer": "flag", "resolver": None},
        environment={"GEO_RECOGNIZER": "env", "GEO_RESOLVER": "env", "OTHER": "x"},
        folder=tmp_path,
    )
    assert settings == Settings(recognizer="flag", resolver="env", demonyms=False)


def test_the_nearest_file_upwards_counts(tmp_path: Path) -> None:
    (tmp_path / "geo.toml").write_text("minimum_score = 0.25\n")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load_settings(environment={}, folder=below).minimum_score == 0.25


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('recogniser = "x"', r'unknown setting "recogniser" in .*geo\.toml.*"recognizer"'),
        ("demonyms = 'perhaps'", r"demonyms in .* takes true or false"),
        ("minimum_score = 'much'", r"minimum_score in .* takes a number"),
        ("minimum_score = 2", r"within 0 and 1"),
        ("recognizer = 3", r"recognizer in .* takes text"),
        ("not toml", r"geo\.toml is not valid TOML"),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "geo.toml").write_text(text)
    with pytest.raises(SettingsError, match=says):
        load_settings(environment={}, folder=tmp_path)


def test_an_unknown_variable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r'unknown setting "demonym" in the environment'):
        load_settings(environment={"GEO_DEMONYM": "1"}, folder=tmp_path)


def test_words_for_true_and_false(tmp_path: Path) -> None:
    for word, value in (("no", False), ("0", False), ("on", True), ("TRUE", True)):
        assert load_settings(environment={"GEO_DEMONYMS": word}, folder=tmp_path).demonyms is value


def test_the_data_folder_can_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GEO_HOME", str(tmp_path))
    assert data_folder() == tmp_path
    monkeypatch.delenv("GEO_HOME")
    assert data_folder().name == "geo"


def test_an_unknown_implementation_lists_what_there_is() -> None:
    with pytest.raises(UnknownNameError, match=r'unknown recognizer "gazeteer"') as caught:
        implementation("geo.recognizers", "gazeteer")
    assert 'Did you mean "gazetteer"?' in str(caught.value)
    assert "gazetteer" in names("geo.recognizers")


def test_a_digest_tells_settings_apart_and_not_where_the_gazetteer_lies() -> None:
    plain = Settings()
    assert plain.digest == Settings(gazetteer="/elsewhere.sqlite").digest
    assert plain.digest != Settings(demonyms=False).digest
    assert plain.digest.startswith("sha256:")
