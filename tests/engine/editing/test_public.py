"""Large public models: tiny pipelines saved here, our steps against those of diffusers, and what can go wrong."""

import json

import numpy as np
import pytest
import torch

from engine import hub
from engine.editing import public
from engine.editing.operations import edit_public
from engine.editing.public import _task, _weights, instructed, load
from engine.editing.public_names import TASKS
from engine.host import Host
from engine.public_models import NoPublicModel
from tests import tiny_pipelines

diffusers = pytest.importorskip("diffusers")
pytest.importorskip("transformers")
CPU = torch.device("cpu")
STEPS, HEIGHT, WIDTH = 4, 192, 256


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A saved pipeline of each task."""
    made = {}
    for task in TASKS:
        made[task] = tmp_path_factory.mktemp(task)
        tiny_pipelines.pipeline(task, made[task]).save_pretrained(made[task])
    return made


@pytest.fixture(scope="module")
def photo():
    """A photo in the size in which it is painted, uint8 (H, W, 3)."""
    return torch.from_numpy(np.random.default_rng(1).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8))


def hole_of(photo, box=(slice(64, 128), slice(80, 176))):
    """A hole whose edges lie on places of the code."""
    hole = torch.zeros(photo.shape[:2], dtype=torch.bool)
    hole[box] = True
    return hole


def ours(folder, photo, **options):
    """The frames of our own run, with as many steps as theirs."""
    asked = {"text": "red", "seed": 3, "steps": STEPS, "side": WIDTH} | options
    return list(edit_public(CPU, str(folder), photo, **asked))


def theirs(made, photo, monkeypatch, **options):
    """What diffusers paints from the same noise with its own steps, uint8 (H, W, 3)."""
    monkeypatch.setattr(made, "scheduler", diffusers.DPMSolverMultistepScheduler.from_config(
        made.scheduler.config, algorithm_type="dpmsolver++", solver_order=2, lower_order_final=True,
        final_sigmas_type="zero", timestep_spacing="trailing",
    ))  # fmt: skip
    noise = torch.randn(1, 4, HEIGHT // 8, WIDTH // 8, generator=torch.Generator().manual_seed(3))
    x = photo.permute(2, 0, 1)[None].float() / 255
    result = made("red", image=x, num_inference_steps=STEPS, latents=noise, output_type="pt", **options)
    return (255 * result.images[0].permute(1, 2, 0) + 0.5).byte().numpy()


def assert_same(a, b):
    """Equal but for the rounding of grey levels."""
    assert a.std() > 2
    assert np.abs(a.astype(int) - b).max() <= 1


def differs(a, b):
    """Whether more than rounding is between them."""
    return np.abs(a.astype(int) - b).max() > 2


def test_instructions_are_followed_as_diffusers_does(folders, photo, monkeypatch):
    made = tiny_pipelines.kind("follow").from_pretrained(folders["follow"])
    made.set_progress_bar_config(disable=True)
    expected = theirs(made, photo, monkeypatch, guidance_scale=4.0, image_guidance_scale=1.5)
    assert_same(ours(folders["follow"], photo, w=4.0, w_picture=1.5)[-1].picture, expected)
    for other in ({"w": 6.0}, {"w_picture": 3.0}, {"text": "a"}):
        options = {"w": 4.0, "w_picture": 1.5} | other
        assert differs(ours(folders["follow"], photo, **options)[-1].picture, expected)


def test_holes_are_filled_as_diffusers_does(folders, photo, monkeypatch):
    made = tiny_pipelines.kind("fill").from_pretrained(folders["fill"])
    made.set_progress_bar_config(disable=True)
    monkeypatch.setattr(made, "_encode_vae_image", lambda image, generator: (
        made.vae.encode(image).latent_dist.mode() * made.vae.config.scaling_factor
    ))  # fmt: skip
    hole = hole_of(photo)
    expected = theirs(made, photo, monkeypatch, mask_image=hole[None, None].float(), height=HEIGHT, width=WIDTH,
                      guidance_scale=4.0)  # fmt: skip
    assert_same(ours(folders["fill"], photo, hole=hole, w=4.0)[-1].picture, expected)
    for other in ({"w": 6.0}, {"hole": ~hole}, {"text": "a"}):
        assert differs(ours(folders["fill"], photo, **{"w": 4.0, "hole": hole} | other)[-1].picture, expected)


def test_without_guidance_only_the_conditional_answer_is_left(folders, photo):
    """w = w_picture = 1 in equation 3 leaves ε(x, text)."""
    model = load(str(folders["follow"]), CPU)
    x = photo.permute(2, 0, 1)[None].float() / 255
    x_t = torch.randn(1, 4, HEIGHT // 8, WIDTH // 8)
    with torch.no_grad():
        alone = model.eps(x_t, model.encode(x), 700, model.said(["red"]))
        torch.testing.assert_close(instructed(model, x, "red", 1.0, 1.0)(x_t, 700), alone)


def test_v_is_turned_into_the_noise_it_implies(tmp_path, photo):
    made = tiny_pipelines.pipeline("follow", tmp_path, prediction_type="v_prediction")
    made.save_pretrained(tmp_path)
    model, x_t, z = load(str(tmp_path), CPU), torch.randn(1, 4, 8, 8), torch.randn(1, 4, 8, 8)
    said = model.said(["red"])
    with torch.no_grad():
        v = made.unet(torch.cat([x_t, z], 1), 499, encoder_hidden_states=said).sample
        alpha_bar = made.scheduler.alphas_cumprod[499]
        expected = alpha_bar.sqrt() * v + (1 - alpha_bar).sqrt() * x_t
        torch.testing.assert_close(model.eps(x_t, z, 500, said), expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("size", [(37, 90), (300, 301), (64, 400)])
def test_a_photo_of_any_size_comes_back_in_its_own(folders, size):
    picture = torch.randint(0, 256, (*size, 3), dtype=torch.uint8)
    frames = ours(folders["follow"], picture, steps=1)
    assert frames[-1].picture.shape == (*size, 3)
    short, long = sorted(size)
    assert max(frames[-1].x0_hat.shape) >= 256 and frames[0].picture is None
    assert min(frames[-1].x0_hat.shape[:2]) == pytest.approx(max(256 / long, 256 / 3 / short) * short, abs=1)


def test_steps_stream_to_the_page_and_end_when_nobody_reads(folders, photo):
    asked = {"source": str(folders["fill"]), "photo": photo.numpy(), "hole": hole_of(photo).numpy(), "text": "red",
             "seed": 1, "steps": 6, "side": 256, "every": 3}  # fmt: skip
    frames = list(Host(CPU).stream("editing", "edit_public", asked))
    assert [frame.step for frame in frames] == [*range(7)]
    assert [frame.step for frame in frames if frame.x0_hat is not None] == [3, 6]
    assert frames[3].x0_hat.shape == (HEIGHT, WIDTH, 3) and frames[3].x0_hat.dtype == np.uint8
    assert [frame.picture is not None for frame in frames] == [False] * 6 + [True]
    stream = Host(CPU).stream("editing", "edit_public", asked)
    next(stream)
    stream.close()
    with pytest.raises(StopIteration):
        next(stream)


@pytest.mark.parametrize("options, sentence", [
    ({"text": "  "}, "Say what should be there"),
    ({"hole": None}, "Nothing is marked"),
    ({"hole": torch.zeros(HEIGHT, WIDTH, dtype=torch.bool)}, "Nothing is marked"),
    ({"steps": 0}, "steps"),
    ({"side": 4000}, "pixels a side"),
])  # fmt: skip
def test_what_cannot_be_painted_is_told(folders, photo, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        ours(folders["fill"], photo, **{"hole": hole_of(photo)} | options)


def test_other_pipelines_are_told_by_name(tmp_path):
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionXLPipeline"}))
    for part, config in {"unet": {"_class_name": "UNet2DConditionModel", "in_channels": 4}, "vae": {"a": 1}}.items():
        (tmp_path / part).mkdir()
        (tmp_path / part / "config.json").write_text(json.dumps(config))
    with pytest.raises(NoPublicModel, match="is StableDiffusionXLPipeline; this page plays"):
        load(str(tmp_path), CPU)
    with pytest.raises(NoPublicModel, match="no pipeline of diffusers"):
        load(str(tmp_path / "nothing"), CPU)


def test_the_task_is_read_from_what_goes_into_the_network(folders):
    assert {task: _task(folder, "x") for task, folder in folders.items()} == {task: task for task in TASKS}


def test_damaged_weights_are_told(folders, tmp_path):
    tiny_pipelines.pipeline("follow", tmp_path).save_pretrained(tmp_path)
    (tmp_path / "vae" / "diffusion_pytorch_model.safetensors").write_bytes(b"not weights")
    with pytest.raises(NoPublicModel, match="cannot be read"):
        load(str(tmp_path), CPU)


def test_half_the_bytes_are_fetched_where_all_networks_come_so_and_a_pickle_never():
    whole = {"unet/diffusion_pytorch_model.safetensors": 8, "vae/diffusion_pytorch_model.safetensors": 2,
             "text_encoder/model.safetensors": 4}  # fmt: skip
    half = {name.replace(".safe", ".fp16.safe"): size // 2 for name, size in whole.items()}
    others = {"safety_checker/model.safetensors": 9, "unet/diffusion_pytorch_model.bin": 8, "v1.ckpt": 30}
    assert _weights(whole | half | others, "x") == half
    assert _weights(whole | others, "x") == whole
    with pytest.raises(NoPublicModel, match="no weights as safetensors"):
        _weights({name.replace("safetensors", "bin"): size for name, size in whole.items()}, "x")


def test_a_pipeline_in_half_precision_is_read_too(tmp_path, photo):
    tiny_pipelines.pipeline("follow", tmp_path).save_pretrained(tmp_path, variant="fp16")
    assert (tmp_path / "unet" / "diffusion_pytorch_model.fp16.safetensors").exists()
    assert ours(tmp_path, photo, steps=1)[-1].picture.shape == photo.shape


def test_what_there_is_is_told_without_a_network(folders, monkeypatch):
    monkeypatch.setattr(hub, "answers", lambda: False)
    here = public.means(str(folders["fill"]), CPU)
    assert here.here and here.answers and not here.lacking and not here.gpu
    far = public.means("nobody/nothing", CPU)
    assert not far.here and not far.answers


def test_without_the_libraries_the_sentence_says_how_to_add_them(monkeypatch, photo):
    monkeypatch.setattr(public, "find_spec", lambda name: None if name == "transformers" else object())
    assert public.means("nobody/nothing", CPU).lacking == ["transformers"]
    with pytest.raises(NoPublicModel, match="pip install diffusers transformers"):
        list(public.fetch("nobody/nothing"))
    with pytest.raises(NoPublicModel, match="pip install diffusers transformers"):
        ours("nobody/nothing", photo)
