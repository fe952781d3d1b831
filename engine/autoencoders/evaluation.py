"""The figures on the cards, measured on the test split, and the small arrays that the page needs."""

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from engine import datasets
from engine.autoencoders.corruption import binarize
from engine.autoencoders.networks import VAE, VQVAE
from engine.autoencoders.objectives import kl_to_prior, negative_elbo
from engine.autoencoders.prior import CodePrior
from engine.autoencoders.quantizer import perplexity
from engine.autoencoders.refinement import refine
from engine.cards import Metric
from engine.frechet import JUDGED, frechet_to_test
from engine.metrics import squared_errors

LENS_POINTS = 3000


def test_batches(dataset: str, device: torch.device, size: int = 1000) -> Iterator[Tensor]:
    """The test pictures in order, float32 (≤ size, 1, 28, 28) in 0…1."""
    images = datasets.load(dataset).test.images
    for start in range(0, len(images), size):
        yield torch.from_numpy(images[start : start + size]).to(device).float() / 255


def reconstruction_errors(model: nn.Module, dataset: str, device: torch.device) -> Tensor:
    """The squared error of every test picture, (N,)."""
    return torch.cat([squared_errors(x, model(x)) for x in test_batches(dataset, device)])


def pca_error(dataset: str, components: int) -> float:
    """Test error per pixel of PCA with as many components, fitted on the training split."""
    from sklearn.decomposition import PCA

    data = datasets.load(dataset)
    train, test = (part.images.reshape(len(part), -1).astype(np.float32) / 255 for part in (data.train, data.test))
    pca = PCA(components, svd_solver="covariance_eigh").fit(train)
    return float(np.square(test - pca.inverse_transform(pca.transform(test))).mean())


class Evaluation:
    """Measurements of one kind of model on one data set: call it for the metrics, `derive` for the arrays."""

    def __init__(self, dataset: str):
        self.dataset = dataset

    def metric(self, value: float, seeds: int = 1) -> Metric:
        """A figure over the whole test split, rounded to what it is worth."""
        return Metric(float(f"{value:.5g}"), len(datasets.load(self.dataset).test), seeds)

    def __call__(self, model: nn.Module, device: torch.device) -> dict[str, Metric]:
        return {"mse": self.metric(float(reconstruction_errors(model, self.dataset, device).mean()))}

    def derive(self, model: nn.Module, device: torch.device) -> dict[str, Tensor]:
        """Percentiles 0…100 of the test pictures' errors: what counts as normal."""
        errors = reconstruction_errors(model, self.dataset, device)
        return {"error_percentiles": torch.quantile(errors.cpu(), torch.linspace(0, 1, 101))}


class AutoencoderEvaluation(Evaluation):
    """Adds where the codes lie, so that the page can look for codes where none are."""

    def derive(self, model: nn.Module, device: torch.device) -> dict[str, Tensor]:
        """Mean and standard deviation of each code number over the test set, (code,)."""
        codes = torch.cat([model.encode(x) for x in test_batches(self.dataset, device)]).cpu()
        return super().derive(model, device) | {"code_mean": codes.mean(0), "code_std": codes.std(0)}


class LinearEvaluation(AutoencoderEvaluation):
    """Adds the error of PCA with the same code size, which a linear autoencoder must match."""

    def __call__(self, model: nn.Module, device: torch.device) -> dict[str, Metric]:
        components = model.encoder[-1].out_features
        return super().__call__(model, device) | {"mse_pca": self.metric(pca_error(self.dataset, components))}


class VaeEvaluation(Evaluation):
    """The negative ELBO on dynamically binarised test pictures, its two terms, and how many dimensions are alive.

    `neg_elbo` is fully amortised: one pass of the encoder, one sample of z. `neg_elbo_refined` is the same bound with
    the encoder's q improved for each picture by `refinement.refine`; the difference estimates the amortisation gap.
    """

    seeds = 5

    def __init__(self, dataset: str, refined: bool = False):
        super().__init__(dataset)
        self.refined = refined

    def __call__(self, model: VAE, device: torch.device) -> dict[str, Metric]:
        torch.manual_seed(0)
        terms = [self._terms(model, device) for _ in range(self.seeds)]
        reconstruction, kl = torch.stack(terms).mean(0).tolist()
        alive = int((self._kl_per_dimension(model, device) > 0.05).sum())
        metrics = {
            "neg_elbo": self.metric(reconstruction + kl, self.seeds),
            "reconstruction": self.metric(reconstruction, self.seeds),
            "kl": self.metric(kl, self.seeds),
            "active_dimensions": self.metric(alive),
        } | super().__call__(model, device)
        if self.refined:
            metrics["neg_elbo_refined"] = self.metric(self._refined_bound(model, device))
        if self.dataset in JUDGED:
            metrics["frechet_lenet"] = self.metric(frechet_to_test(self._samples(model, device), self.dataset, device))
        return metrics

    def _terms(self, model: VAE, device: torch.device) -> Tensor:
        parts = [negative_elbo(model, binarize(x)) for x in test_batches(self.dataset, device)]
        return torch.stack(
            [torch.cat([p.reconstruction for p in parts]).mean(), torch.cat([p.kl for p in parts]).mean()]
        )

    def _refined_bound(self, model: VAE, device: torch.device) -> float:
        bounds = []
        for x in map(binarize, test_batches(self.dataset, device)):
            bounds.append(negative_elbo(model, x, refine(model, x, model.posterior(x))).total)
        return float(torch.cat(bounds).mean())

    def _samples(self, model: VAE, device: torch.device) -> Tensor:
        """As many pictures from the prior as there are test pictures."""
        z = torch.randn(len(datasets.load(self.dataset).test), model.d, generator=torch.Generator().manual_seed(0))
        return torch.cat([model.decode(part.to(device)).cpu() for part in z.split(1000)])

    def _kl_per_dimension(self, model: VAE, device: torch.device) -> Tensor:
        parts = [kl_to_prior(model.posterior(x)) for x in test_batches(self.dataset, device)]
        return torch.cat(parts).mean(0).cpu()

    def derive(self, model: VAE, device: torch.device) -> dict[str, Tensor]:
        """The test set's codes; beyond two dimensions also their KL and flat views of 3,000 of them."""
        posteriors = [model.posterior(x) for x in test_batches(self.dataset, device)]
        mu, logvar = (torch.cat([p[i] for p in posteriors]).cpu() for i in (0, 1))
        labels = torch.from_numpy(datasets.load(self.dataset).test.labels).to(torch.uint8)
        kl = self._kl_per_dimension(model, device)
        if model.d > 2:
            chosen = torch.randperm(len(mu), generator=torch.Generator().manual_seed(0))[:LENS_POINTS]
            mu, labels = mu[chosen], labels[chosen]
            codes = {"mu": mu, "labels": labels} | flat_views(mu)
        else:
            codes = {"mu": mu, "logvar": logvar, "labels": labels}
        return codes | {"kl_per_dimension": kl} | super().derive(model, device)


def flat_views(mu: Tensor) -> dict[str, Tensor]:
    """Codes (N, d) seen on a plane by PCA, UMAP and t-SNE: (N, 2) each."""
    import umap
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE

    methods = {
        "pca": PCA(2, random_state=0),
        "umap": umap.UMAP(random_state=0, n_jobs=1),
        "tsne": TSNE(random_state=0, init="pca"),
    }
    return {
        name: torch.from_numpy(method.fit_transform(mu.numpy()).astype(np.float32)) for name, method in methods.items()
    }


class VqEvaluation(Evaluation):
    """Reconstruction error, perplexity of the code usage and dead codes."""

    def __call__(self, model: VQVAE, device: torch.device) -> dict[str, Metric]:
        indices = torch.cat([model.encode(x) for x in test_batches(self.dataset, device)])
        value, dead = perplexity(indices, len(model.quantizer.codebook))
        usage = {"perplexity": self.metric(value), "dead_codes": self.metric(dead)}
        return super().__call__(model, device) | usage

    def derive(self, model: VQVAE, device: torch.device) -> dict[str, Tensor]:
        """Adds how often each code is used, (K,), shares."""
        indices = torch.cat([model.encode(x).flatten() for x in test_batches(self.dataset, device)])
        usage = torch.bincount(indices, minlength=len(model.quantizer.codebook)).cpu() / len(indices)
        return super().derive(model, device) | {"usage": usage}


class PriorEvaluation:
    """−log p(s|y) of the test pictures' codes, in nats per code."""

    def __init__(self, dataset: str, autoencoder: str):
        self.dataset, self.autoencoder = dataset, autoencoder

    def __call__(self, model: CodePrior, device: torch.device) -> dict[str, Metric]:
        from engine.autoencoders.code_batches import encoded
        from engine.autoencoders.objectives import NextCode

        split = datasets.load(self.dataset).test
        indices, classes = encoded(self.autoencoder, split, device)
        losses = [
            NextCode()(model, batch, 1.0)["loss"]
            for batch in zip(indices.split(1000), classes.split(1000), strict=True)
        ]
        return {"nll_per_code": Metric(float(f"{torch.stack(losses).mean():.5g}"), len(split))}
