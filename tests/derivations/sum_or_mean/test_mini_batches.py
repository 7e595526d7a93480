"""First, last and left over, in three voices: derivation, snippet, and the set itself cut up."""

from __future__ import annotations

import pytest

from derivations.sum_or_mean import mini_batches as derived
from snippets.sum_or_mean import mini_batches as snippet
from tests.derivations.voice import exact_value

WHERE = (derived.first_example, derived.last_example)
SIZES = [(1, 1), (10, 3), (12, 4), (7, 9), (1080, 32)]


@pytest.mark.parametrize(("M", "m"), SIZES)
def test_the_snippets_pieces_begin_and_end_where_the_definitions_say(M: int, m: int) -> None:
    for k, piece in enumerate(snippet.batches(range(M), m), 1):  # the snippet counts from 0
        assert exact_value(derived.first_example.body, WHERE, batch=k, m=m) == piece[0] + 1
        assert exact_value(derived.last_example.body, WHERE, batch=k, m=m, M=M) == piece[-1] + 1


@pytest.mark.parametrize(("M", "m"), SIZES)
def test_the_last_piece(M: int, m: int) -> None:
    pieces = snippet.batches(range(M), m)
    for line in derived.size_of_the_last.lines:
        assert exact_value(line, WHERE, M=M, m=m) == len(pieces[-1])
    for line in derived.nobody_is_left_out.lines:
        assert exact_value(line, M=M, m=m) == sum(map(len, pieces)) == M
    assert 1 <= len(pieces[-1]) <= m
    assert exact_value(derived.count, M=M, m=m) == len(pieces) == snippet.number_of_batches(M, m)


@pytest.mark.parametrize(("M", "m"), [*SIZES, (3, 5), (11, 4), (1023, 64)])
def test_without_the_short_piece(M: int, m: int) -> None:
    pieces = snippet.batches(range(M), m, drop_last=True)
    assert exact_value(derived.full, M=M, m=m) == len(pieces) == snippet.number_of_batches(M, m, drop_last=True)
    for line in derived.kept_in_full_batches.lines:
        assert exact_value(line, M=M, m=m) == sum(map(len, pieces))
    left, *bounds = (exact_value(line, M=M, m=m) for line in derived.left_out_of_full_batches.lines)
    assert left == M - sum(map(len, pieces))
    assert all(left <= bound == m - 1 for bound in bounds)
    assert (left == m - 1) == ((M + 1) % m == 0)


def test_the_bounds_are_reached() -> None:
    for chain, M in ((derived.last_is_at_most_full, 12), (derived.last_is_not_empty, 13)):
        assert {exact_value(line, M=M, m=4) for line in chain.lines} == {float(len(snippet.batches(range(M), 4)[-1]))}


@pytest.mark.parametrize(("B", "m"), [(1, 5), (4, 3), (100, 10)])
def test_the_notes_count_right_where_m_divides(B: int, m: int) -> None:
    for k, piece in enumerate(snippet.batches(range(B * m), m), 1):
        for line in derived.notes_where_m_divides.lines:
            assert exact_value(line, WHERE, M=B * m, B=B, m=m, batch=k) == piece[0] + 1


def test_the_notes_cut_through_an_example_where_m_does_not_divide() -> None:
    starts = [exact_value(derived.in_the_notes, M=1080, B=34, batch=k) for k in range(1, 35)]
    assert starts[0] == 1
    assert not any(start.is_integer() for start in starts[1:17])
