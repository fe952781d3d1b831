"""The home page and the model cards."""

from engine import cards


def test_home_shows_what_runs_and_leads_to_the_exhibits(visit):
    app = visit("home.py")
    assert not app.exception
    assert not app.error
    assert any("Running on" in caption.value for caption in app.caption)
    doors = 6 + len({"gan-ns-mnist", "unet-people", "clip-scenes"} & {*cards.names()})
    assert len([block for block in app.get("html") if "<img" in block.proto.body]) == doors


def test_every_model_has_a_row_and_a_card_with_its_command(visit):
    app = visit("model_cards.py")
    assert not app.exception
    assert not app.error
    table = app.dataframe[0].value
    assert len(table) == len(cards.names())
    for title in table["model"]:
        app.selectbox(key="card").set_value(title).run()
        assert not app.exception
        name = next(name for name in cards.names() if cards.read(name).title == title)
        assert app.code[0].value == f"python -m engine.evaluate {name}"


def test_the_gap_to_the_published_figure_is_ours_minus_theirs(visit):
    table = visit("model_cards.py").dataframe[0].value.set_index("model")
    row = table.loc["VAE, d = 2, MNIST"]
    assert row["gap"] == row["ours"] - row["published"]


def test_generators_of_the_same_data_are_ranked_by_their_distance(visit):
    ranking = visit("model_cards.py").dataframe[1].value
    for _, rows in ranking.groupby("data"):
        assert rows["Fréchet distance"].is_monotonic_increasing
    assert {"DDPM, MNIST", "VAE, d = 20, MNIST"} <= set(ranking["model"])


def test_the_projector_switch_enlarges_every_page(visit):
    plain, large = visit("home.py"), visit("home.py", projector="true")
    styles = [["font-size: 125%" in block.proto.body for block in app.get("html")] for app in (plain, large)]
    assert not any(styles[0])
    assert any(styles[1])
