"""The prover's doubter: its parts are all the slips, each once, and it sees a prover that proves everything."""

from __future__ import annotations

import pytest

from derivations import library, soundness
from derivations.__main__ import main

CHAIN = "sum_is_m_times_mean"


def slips(turn: int, parts: int) -> list[str]:
    return [str(slip) for _, slip in soundness.wrong_links(library.find(CHAIN).value, turn, parts)]


def test_the_parts_are_every_slip_once() -> None:
    whole = slips(0, 1)
    parts = [slips(turn, 4) for turn in range(4)]
    assert len(whole) >= 16
    assert all(parts)
    assert sorted(slip for part in parts for slip in part) == sorted(whole)


def test_an_unsound_prover_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    counts, problems = soundness._one(CHAIN, "", 0, 1)
    assert problems == []
    assert set(counts) == {"cannot tell"}
    monkeypatch.setattr("derivations.prover.zero", lambda *_: True)
    counts, problems = soundness._one(CHAIN, "", 0, 1)
    assert counts["proved"] == len(problems) == len(slips(0, 1))
    assert problems[0].startswith(f"{CHAIN}: the prover proves a slip that digits refute: link 1, ")


@pytest.mark.parametrize(("turn", "parts"), [(4, 4), (-1, 4), (0, 0)])
def test_a_part_that_there_is_not_is_refused(turn: int, parts: int) -> None:
    with pytest.raises(ValueError, match=f"turn: expected a part from 0 to {parts - 1}, got {turn}"):
        soundness.run([], turn, parts)


@pytest.mark.parametrize("told", ["4/4", "1", "a/4", "1/4/2", "-1/4", ""])
def test_the_command_refuses_it_too(told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", f"--prover={told}"])
    assert f"argument --prover: expected a part as in 0/4 to 3/4, got {told}" in capsys.readouterr().err


def test_the_command_hands_over_one_part(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", CHAIN, "--prover", "1/4"]) == 0
    assert f"refuted slips handed to the prover: {len(slips(1, 4))} (" in capsys.readouterr().out
