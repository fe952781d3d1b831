import json
from dataclasses import replace

import pytest
import torch

from engine.gans import race, race_table
from engine.gans.methods import Settings
from engine.gans.race_table import Figure, Row, Table
from engine.gans.toys import TOYS

SMALL = Settings(batch=16, width=8, layers=2, horizon=0)


def row(method: str, modes: float) -> Row:
    figure = Figure(modes, 0.5)
    return Row(method, figure, figure, figure, figure, figure, diverged=0, seconds=1.0)


def table(*rows: Row, steps: int = 10) -> Table:
    return Table("ring", 2, steps, 100, SMALL, "CPU", "python -m …", {each.method: each for each in rows})


def test_a_figure_is_a_mean_with_its_standard_error():
    figure = Figure.of([1.0, 2.0, 3.0, 4.0])
    assert figure.mean == 2.5
    assert figure.error == pytest.approx((5 / 3) ** 0.5 / 2)
    assert Figure.of([7.0]) == Figure(7.0, 0.0)


def test_what_is_kept_is_read_again_and_rows_measured_alike_join(tmp_path):
    file = tmp_path / "table.json"
    assert race_table.read(file) == {}
    race_table.write(table(row("r3", 8)), file)
    race_table.write(table(row("vanilla", 2)), file)
    race_table.write(replace(table(row("ns", 3)), toy="grid"), file)
    kept = race_table.read(file)
    assert list(kept["ring"].rows) == ["vanilla", "r3"]  # in the order of METHODS
    assert kept["ring"] == table(row("vanilla", 2), row("r3", 8))
    assert kept["grid"].rows == {"ns": row("ns", 3)}


def test_rows_measured_otherwise_do_not_join(tmp_path):
    file = tmp_path / "table.json"
    race_table.write(table(row("r3", 8)), file)
    race_table.write(table(row("vanilla", 2), steps=20), file)
    assert list(race_table.read(file)["ring"].rows) == ["vanilla"]


def test_seeds_measured_together_are_the_seeds_measured_alone():
    toy, cpu = TOYS["ring"](), torch.device("cpu")
    both = race.measure("r1", toy, SMALL, seeds=2, steps=5, device=cpu)
    alone = [race.measure("r1", toy, replace(SMALL, seed=seed), seeds=1, steps=5, device=cpu) for seed in (0, 1)]
    assert both.reverse_kl.mean == pytest.approx(sum(row.reverse_kl.mean for row in alone) / 2, abs=2e-3)


def test_the_command_prints_json_that_reads_as_a_table(capsys, monkeypatch):
    monkeypatch.setitem(race.PRESETS, "default", SMALL)
    race.main(["--seeds", "2", "--methods", "vanilla", "r3", "--steps", "3", "--threads", "1", "--json"])
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert list(found["rows"]) == ["vanilla", "r3"] and found["seeds"] == 2 and found["settings"]["horizon"] == 3
    assert "R3GAN" in printed.err and "PacGAN" in printed.err


def test_the_kept_tables_of_the_repository_can_be_read():
    for toy, kept in race_table.read().items():
        assert kept.toy == toy and kept.samples == race.SAMPLES
        assert all(0 <= measured.high_quality.mean <= 1 for measured in kept.rows.values())


def test_speed_is_measured_both_ways():
    found = race.speed(TOYS["ring"](), SMALL, torch.device("cpu"), rounds=1, steps=2)
    assert set(found) == {"together", "one after another"} and min(found.values()) > 0
