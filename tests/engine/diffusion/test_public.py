"""Public models: our samplers against those of diffusers, on the same weights and noise; and what can go wrong."""

import builtins
import json

import pytest
import torch

from engine import hub
from engine.diffusion import public
from engine.diffusion.guidance import classifier_free
from engine.diffusion.operations import denoise_public
from engine.diffusion.public import NO_LIMIT, NoPublicModel, load
from engine.diffusion.samplers import SAMPLERS
from engine.host import Host

diffusers = pytest.importorskip("diffusers")
CPU = torch.device("cpu")
STEPS = 10


def tiny(**config) -> torch.nn.Module:
    """A small UNet2DModel whose random weights answer with numbers of the size of noise."""
    torch.manual_seed(0)
    blocks = {"down_block_types": ("DownBlock2D", "DownBlock2D"), "up_block_types": ("UpBlock2D", "UpBlock2D")}
    return diffusers.UNet2DModel(
        sample_size=8, in_channels=1, out_channels=1, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4,
        attention_head_dim=4, **blocks, **config,
    ).eval()  # fmt: skip


def save(folder, unet=None, kind=diffusers.DDIMScheduler, **scheduler):
    """A pipeline on disk, and its scheduler with their times where ours are: evenly from the very end."""
    unet, ours = unet or tiny(), {"timestep_spacing": "trailing"} | scheduler
    diffusers.DDIMPipeline(unet, diffusers.DDIMScheduler(**ours)).save_pretrained(folder)
    theirs = kind(**ours)
    theirs.set_timesteps(STEPS)
    return unet, theirs


def noise() -> torch.Tensor:
    return torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(3))


def ours(folder, sampler: str, y=None, **options) -> list[torch.Tensor]:
    """x_t at every time of our own sampler."""
    model = load(str(folder), CPU)
    visits, generator = model.schedule.visits(STEPS), torch.Generator().manual_seed(5)
    eps_model = classifier_free(model, y)
    with torch.no_grad():
        run = SAMPLERS[sampler](eps_model, noise(), model.schedule, visits, generator, limit=model.limit, **options)
        return [step.x_t for step in run]


@torch.no_grad()
def theirs(unet, scheduler, y=None, **options) -> list[torch.Tensor]:
    """x_t at every time of diffusers' scheduler."""
    x, generator = noise(), torch.Generator().manual_seed(5)
    states = [x]
    for t in scheduler.timesteps:
        x = scheduler.step(unet(x, t, class_labels=y).sample, t, x, generator=generator, **options).prev_sample
        states.append(x)
    return states


def assert_same(a: list[torch.Tensor], b: list[torch.Tensor]) -> None:
    assert len(a) == len(b) == STEPS + 1
    assert not torch.allclose(a[0], a[-1], atol=0.1)
    for mine, other in zip(a, b, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("prediction, betas", [
    ("epsilon", "linear"), ("epsilon", "squaredcos_cap_v2"), ("sample", "linear"), ("v_prediction", "linear"),
])  # fmt: skip
def test_our_ddim_is_theirs_step_by_step(tmp_path, prediction, betas):
    """Where ᾱ is 10⁻⁹, x_0 or v that go through ε lose digits in float32: a cosine schedule is for ε alone here."""
    unet, scheduler = save(tmp_path, prediction_type=prediction, beta_schedule=betas)
    assert_same(ours(tmp_path, "ddim"), theirs(unet, scheduler, use_clipped_model_output=True))


def test_our_ddim_is_theirs_with_noise(tmp_path):
    unet, scheduler = save(tmp_path)
    assert_same(ours(tmp_path, "ddim", eta=0.7), theirs(unet, scheduler, eta=0.7, use_clipped_model_output=True))


def test_our_ddim_is_theirs_without_a_limit(tmp_path):
    unet, scheduler = save(tmp_path, clip_sample=False, beta_start=0.001, beta_end=0.002)
    assert load(str(tmp_path), CPU).limit == NO_LIMIT
    assert_same(ours(tmp_path, "ddim"), theirs(unet, scheduler))


@pytest.mark.parametrize("name, options", [
    ("fixed_small", {}), ("fixed_large", {"variance": "beta", "noise_at_end": True}),
])  # fmt: skip
def test_our_ancestral_sampling_is_theirs(tmp_path, name, options):
    """Of few steps, theirs adds noise after the last one too, which shows where the variance is β."""
    unet, _ = save(tmp_path)
    scheduler = diffusers.DDPMScheduler(timestep_spacing="trailing", variance_type=name)
    scheduler.set_timesteps(STEPS)
    assert_same(ours(tmp_path, "ddpm", **options), theirs(unet, scheduler))


def test_a_class_reaches_the_network(tmp_path):
    unet, scheduler = save(tmp_path, tiny(num_class_embeds=3))
    y = torch.tensor([2, 0])
    assert load(str(tmp_path), CPU).classes == 3
    assert_same(ours(tmp_path, "ddim", y), theirs(unet, scheduler, y, use_clipped_model_output=True))
    assert not torch.allclose(ours(tmp_path, "ddim", y)[-1], ours(tmp_path, "ddim", y.flip(0))[-1], atol=1e-3)


def test_betas_of_somebody_elses_reach_our_schedule(tmp_path):
    _, scheduler = save(tmp_path, num_train_timesteps=200, beta_schedule="scaled_linear")
    schedule = load(str(tmp_path), CPU).schedule
    assert schedule.steps == 200
    torch.testing.assert_close(torch.from_numpy(schedule.alpha_bar[1:]).float(), scheduler.alphas_cumprod)


def test_a_schedule_that_ends_in_nothing_but_noise_can_be_walked(tmp_path):
    save(tmp_path, rescale_betas_zero_snr=True, prediction_type="v_prediction")
    assert load(str(tmp_path), CPU).schedule.alpha_bar[-1] > 0
    assert all(x.isfinite().all() for x in ours(tmp_path, "ddim"))


def test_a_pipeline_streams_frames_to_the_page(tmp_path):
    save(tmp_path)
    frames = list(
        Host(CPU).stream("diffusion", "denoise_public", {"source": str(tmp_path), "pictures": 2, "seed": 1, "steps": 4})
    )
    assert [frame.t for frame in frames] == [1000, 750, 500, 250, 0]
    assert frames[-1].x_t.shape == (2, 1, 8, 8) and frames[-1].calls == 8
    assert abs(frames[-1].x.astype(float)).max() <= 1


def test_weights_may_lie_beside_the_index(tmp_path):
    """As in the first pipelines on the hub."""
    unet, _ = save(tmp_path / "new")
    old = tmp_path / "old"
    unet.save_pretrained(old)
    (tmp_path / "new" / "scheduler" / "scheduler_config.json").rename(old / "scheduler_config.json")
    (tmp_path / "new" / "model_index.json").rename(old / "model_index.json")
    assert load(str(old), CPU).side == 8


def test_another_kind_of_pipeline_is_told_by_name(tmp_path):
    (tmp_path / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusionPipeline", "unet": [1, 2]}))
    with pytest.raises(NoPublicModel, match="is StableDiffusionPipeline; Manifold plays DDPM and DDIM"):
        load(str(tmp_path), CPU)


def test_a_folder_without_a_pipeline_is_told(tmp_path):
    with pytest.raises(NoPublicModel, match="is no pipeline of diffusers"):
        load(str(tmp_path), CPU)


def test_damaged_weights_are_told(tmp_path):
    save(tmp_path)
    (tmp_path / "unet" / "diffusion_pytorch_model.safetensors").write_bytes(b"not weights")
    with pytest.raises(NoPublicModel, match="cannot be read"):
        load(str(tmp_path), CPU)


def test_a_name_that_was_not_fetched_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(NoPublicModel, match="fetch it first"):
        load("nobody/nothing", CPU)


def test_no_network_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(NoPublicModel, match="no network, or the hub does not answer"):
        list(public.fetch("nobody/nothing"))


def test_only_the_networks_weights_are_fetched(monkeypatch, tmp_path):
    save(tmp_path)
    monkeypatch.setattr(hub, "described", lambda source: tmp_path)
    monkeypatch.setattr(hub, "sizes", lambda source: {f"unet/{public.WEIGHTS}": 7, "unet/old.bin": 9})
    asked = []
    monkeypatch.setattr(hub, "bring", lambda *arguments: asked.append(arguments) or iter(()))
    assert list(public.fetch("somebody/something")) == []
    assert asked == [("somebody/something", {f"unet/{public.WEIGHTS}": 7}, tmp_path)]
    monkeypatch.setattr(hub, "sizes", lambda source: {"unet/old.bin": 9})
    with pytest.raises(NoPublicModel, match="no weights as safetensors"):
        list(public.fetch("somebody/something"))


def test_without_diffusers_the_sentence_says_how_to_add_it(monkeypatch):
    genuine = builtins.__import__

    def without(name, *args, **options):
        if name.split(".")[0] == "diffusers":
            raise ImportError(name)
        return genuine(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(NoPublicModel, match="pip install diffusers"):
        list(public.fetch("google/ddpm-cifar10-32"))
    with pytest.raises(NoPublicModel, match="pip install diffusers"):
        list(denoise_public(CPU, "google/ddpm-cifar10-32", 1, 0))
