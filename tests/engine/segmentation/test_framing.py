import pytest
import torch

from engine.segmentation.framing import Frame, resized, spans, tiled
from engine.segmentation.inference import class_map, look, thing_map
from engine.segmentation.networks import build

SIZES = [(16, 16), (1, 1), (3000, 4000), (200, 2000), (2000, 200), (4, 8000), (333, 500)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("side", [0, 320])
def test_a_frame_suits_the_network_and_keeps_the_aspect(size, side):
    frame = Frame.of(*size, side, 32)
    assert all(length % 32 == 0 for length in frame.padded)
    assert all(0 <= full - inner < 32 for full, inner in zip(frame.padded, frame.scaled, strict=True))
    assert max(frame.scaled) <= 8 * 320
    if min(frame.scaled) > 1:
        assert frame.scaled[0] / frame.scaled[1] == pytest.approx(size[0] / size[1], rel=0.6 / min(frame.scaled))


def test_usual_pictures_get_the_long_side_and_panoramas_stay_tall():
    assert Frame.of(3000, 4000, 320, 32).scaled == (240, 320)
    assert Frame.of(300, 3000, 320, 32).scaled == (107, 1067)
    assert Frame.of(16, 16, 320, 32).scaled == (320, 320)
    assert Frame.of(100, 200, 0, 32).scaled == (100, 200)


@pytest.mark.parametrize("size", [(1, 1), (33, 31), (64, 64), (5, 90)])
def test_unpadding_undoes_padding_exactly(size):
    frame, x = Frame.of(*size, 0, 16), torch.rand(1, 2, *size)
    padded = frame.pad(x)
    assert padded.shape[2:] == frame.padded
    assert torch.equal(frame.unpad(padded), x)
    assert torch.equal(frame.take(frame.put(x)), x)  # at its own size nothing is resized


def test_a_pixel_is_found_again_in_the_padded_picture():
    frame = Frame.of(30, 41, 0, 16)
    x = torch.rand(1, 1, 30, 41)
    for row, column in ((0, 0), (29, 40), (13, 7)):
        assert frame.pad(x)[0, 0][frame.row_column(row, column)] == x[0, 0, row, column]


def test_resizing_to_the_same_size_changes_nothing():
    x = torch.rand(1, 1, 7, 9)
    assert resized(x, (7, 9)) is x


@pytest.mark.parametrize("length", [64, 65, 100, 128, 1000])
def test_pieces_cover_everything_and_overlap_enough(length):
    pieces = spans(length, 64, 16)
    assert pieces[0][0] == 0
    assert pieces[-1][1] == length
    assert all(end - start == 64 for start, end in pieces)
    assert all(before - start >= 16 for (start, _), (_, before) in zip(pieces[1:], pieces[:-1], strict=True))


def test_tiles_of_a_network_without_neighbours_join_to_exactly_the_whole():
    def pointwise(x: torch.Tensor) -> torch.Tensor:
        return torch.cat([x.square() - 1, torch.sin(7 * x)], 1)

    x = torch.rand(1, 2, 100, 150)
    assert torch.equal(tiled(pointwise, x, 48, 16), pointwise(x))


def test_a_seam_fades_from_one_tile_into_the_other():
    count = iter(range(10))
    joined = tiled(lambda x: torch.full_like(x, next(count)), torch.zeros(1, 1, 4, 12), 8, 4)
    torch.testing.assert_close(joined[0, 0, 0], torch.tensor([0, 0, 0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1]))


def test_tiles_agree_with_the_whole_where_their_surroundings_do():
    torch.manual_seed(0)
    convolution = torch.nn.Conv2d(1, 1, 3, padding=1).requires_grad_(False)
    x = torch.rand(1, 1, 40, 40)
    whole, joined = convolution(x), tiled(convolution, x, 24, 8)
    torch.testing.assert_close(joined[..., :10, :10], whole[..., :10, :10])


@pytest.mark.parametrize("size", [(16, 16), (10, 100), (100, 10), (1, 1), (37, 53)])
def test_any_picture_gets_an_answer_of_its_own_size(size):
    torch.manual_seed(0)
    model = build("unet", data="horses", classes=2, widths=[4, 4, 4], side=48).eval().requires_grad_(False)
    logits, frame = look(model, torch.randint(0, 256, (*size, 3), dtype=torch.uint8))
    assert logits.shape[2:] == frame.scaled
    assert class_map(logits.softmax(1), frame.original).shape == size


def test_what_is_no_picture_is_refused_in_words():
    model = build("unet", data="horses", classes=2, widths=[4, 4])
    for wrong in (torch.zeros(4, 4, dtype=torch.uint8), torch.zeros(4, 4, 3), torch.zeros(0, 4, 3, dtype=torch.uint8)):
        with pytest.raises(ValueError, match="uint8"):
            look(model, wrong)
    with pytest.raises(ValueError, match="has 1 skips, not 3"):
        look(model, torch.zeros(4, 4, 3, dtype=torch.uint8), ["on"] * 3)


def test_the_class_map_is_the_argmax_at_the_size_asked_for():
    p = torch.rand(1, 5, 9, 11).softmax(1)
    assert torch.equal(class_map(p, (9, 11)), p.argmax(1)[0].byte())
    assert torch.equal(class_map(p, (20, 30)), resized(p, (20, 30)).argmax(1)[0].byte())


def test_a_background_must_be_likelier_than_all_others_together():
    p = torch.rand(1, 5, 9, 11, generator=torch.Generator().manual_seed(0)).softmax(1)
    p[0, :, 4, 5] = torch.tensor([0.4, 0.1, 0.2, 0.2, 0.1])
    found = class_map(p, (9, 11), background=True)
    assert torch.equal(found > 0, thing_map(p, (9, 11)))
    assert found[4, 5] == 2 and class_map(p, (9, 11))[4, 5] == 0
    assert torch.equal(found[found > 0], 1 + p[0, 1:].argmax(0)[found > 0].byte())

