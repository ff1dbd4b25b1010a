import pytest

from geo.recognizers.tokenizer import CASES, Tokenizer, Word, split, windows

VOCABULARY = (
    "[PAD] [UNK] [CLS] [SEP] the kant air ##base near bi ##sh ##kek juarez . , ! ' s st louis "
    "mexican in a b u"
).split()


@pytest.fixture
def tokenizer() -> Tokenizer:
    return Tokenizer(VOCABULARY)


def _written(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


def _pieces(tokenizer: Tokenizer, text: str) -> list[list[str]]:
    return [[VOCABULARY[p] for p in word.pieces] for word in tokenizer.words(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \n\t", []),
        ("Kant's base.", ["Kant", "'", "s", "base", "."]),
        ("Port-au-Prince", ["Port", "-", "au", "-", "Prince"]),
        ("in\u00a0Oslo", ["in", "Oslo"]),
        ("🛩️ Oslo", ["🛩", "️", "Oslo"]),
        ("snake_case", ["snake", "_", "case"]),
        ("theMexican #PrayForParis", ["the", "Mexican", "#", "Pray", "For", "Paris"]),
        ("McAllen DeKalb LaGrange", ["McAllen", "DeKalb", "LaGrange"]),
        ("USA iPad UN", ["USA", "i", "Pad", "UN"]),
        ("Bish\u00adkek Jua\u0301rez", ["Bish\u00adkek", "Jua\u0301rez"]),
    ],
)
def test_split_cuts_text_into_words_and_marks(text: str, words: list[str]) -> None:
    assert _written(text) == words


def test_offsets_count_code_points(tokenizer: Tokenizer) -> None:
    [_, kant] = tokenizer.words("𝄞 Kant")
    assert (kant.start, kant.end) == (2, 6)


@pytest.mark.parametrize("written", ["Bishkek", "BISHKEK", "bishkek", "Bish\u00adkek", "Bishkék"])
def test_pieces_know_no_case_accent_or_soft_hyphen(tokenizer: Tokenizer, written: str) -> None:
    assert _pieces(tokenizer, written) == [["bi", "##sh", "##kek"]]


def test_a_word_in_mathematical_letters_is_read(tokenizer: Tokenizer) -> None:
    assert _pieces(tokenizer, "𝐊𝐚𝐧𝐭") == [["kant"]]


def test_a_word_the_vocabulary_cannot_spell_is_unknown(tokenizer: Tokenizer) -> None:
    assert _pieces(tokenizer, "Бишкек") == [["[UNK]"]]


@pytest.mark.parametrize(
    ("written", "case"),
    [
        (",", "punctuation"),
        ("near", "lower"),
        ("Kant", "title"),
        ("KANT", "upper"),
        ("K", "capital"),
        ("McKay", "mixed"),
        ("A380", "mixed"),
        ("2024", "digits"),
    ],
)
def test_each_word_has_a_case(tokenizer: Tokenizer, written: str, case: str) -> None:
    [word] = tokenizer.words(written)
    assert CASES[word.case] == case


def test_the_cache_gives_the_same_words_again(tokenizer: Tokenizer) -> None:
    assert tokenizer.words("Kant, Kant") == tokenizer.words("Kant, Kant")


def _size(words: list[Word], window: tuple[int, int]) -> int:
    return 2 + sum(len(word.pieces) for word in words[slice(*window)])


def test_windows_cover_all_words_and_keep_to_their_size(tokenizer: Tokenizer) -> None:
    text = "Kant airbase near Bishkek. " * 40
    words = tokenizer.words(text)
    found = windows(text, words, size=32)
    assert [i for start, end in found for i in range(start, end)] == list(range(len(words)))
    assert max(_size(words, window) for window in found) <= 32


def test_windows_end_where_sentences_end(tokenizer: Tokenizer) -> None:
    text = "Kant airbase near Bishkek. " * 40
    words = tokenizer.words(text)
    for _, end in windows(text, words, size=32):
        assert text[words[end - 1].start] == "."


def test_no_window_ends_within_an_abbreviated_name(tokenizer: Tokenizer) -> None:
    text = "the air in the air near St. Louis " * 20
    words = tokenizer.words(text)
    for _, end in windows(text, words, size=20):
        assert text[words[end - 1].start : words[end - 1].end] not in ("St", ".")


def test_a_sentence_longer_than_a_window_is_cut_before_a_small_word(tokenizer: Tokenizer) -> None:
    text = "Kant Airbase near Bishkek in a " * 20
    words = tokenizer.words(text)
    for _, end in windows(text, words, size=24)[:-1]:
        assert text[words[end].start].islower()


def test_a_text_without_words_has_no_window(tokenizer: Tokenizer) -> None:
    assert windows(" ", tokenizer.words(" ")) == []
