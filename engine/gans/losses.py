"""What a discriminator and a generator minimise: pairs of pure functions of logits.

Logits D(x) are (…, B); a loss is the mean over the last axis, so networks that train side by side stack on the axes
before it. Where a loss has a probability, it is σ(D(x)).
"""

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import relu, softplus


class Loss(NamedTuple):
    """Two functions (real_logits (…, B), fake_logits (…, B)) → (…): what each of the two players minimises."""

    discriminator: Callable[[Tensor, Tensor], Tensor]
    generator: Callable[[Tensor, Tensor], Tensor]


def cross_entropy(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(x) − E log(1 − D(G(z))): Goodfellow et al. 2014, equation 1; 2 log 2 when it cannot tell."""
    return (softplus(-real) + softplus(fake)).mean(-1)


def minimax(real: Tensor, fake: Tensor) -> Tensor:
    """E log(1 − D(G(z))), the game of equation 1: its gradient fades where the discriminator is sure of a fake."""
    return -softplus(fake).mean(-1)


def non_saturating(real: Tensor, fake: Tensor) -> Tensor:
    """−E log D(G(z)), Goodfellow et al. 2014, section 3: the same fixed point, with a gradient where it is needed."""
    return softplus(-fake).mean(-1)


def least_squares_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """½ E(D(x) − 1)² + ½ E D(G(z))²: Mao et al. 2017, equation 9."""
    return ((real - 1).square() + fake.square()).mean(-1) / 2


def least_squares_generator(real: Tensor, fake: Tensor) -> Tensor:
    """½ E(D(G(z)) − 1)²: Mao et al. 2017, equation 9."""
    return (fake - 1).square().mean(-1) / 2


def hinge(real: Tensor, fake: Tensor) -> Tensor:
    """E max(0, 1 − D(x)) + E max(0, 1 + D(G(z))): Miyato et al. 2018, equation 16."""
    return (relu(1 - real) + relu(1 + fake)).mean(-1)


def wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    """E D(G(z)) − E D(x): Arjovsky et al. 2017, equation 2; minus the distance, if the critic is 1-Lipschitz."""
    return fake.mean(-1) - real.mean(-1)


def raise_verdict(real: Tensor, fake: Tensor) -> Tensor:
    """−E D(G(z)): the generator's side of the hinge and the Wasserstein loss."""
    return -fake.mean(-1)


def relativistic_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """E log(1 + e^(D(G(z)) − D(x))), in pairs: Huang et al. 2024 (R3GAN), equation 2, after Jolicoeur-Martineau."""
    return softplus(fake - real).mean(-1)


def relativistic_generator(real: Tensor, fake: Tensor) -> Tensor:
    """E log(1 + e^(D(x) − D(G(z)))): the same game with the sides exchanged."""
    return softplus(real - fake).mean(-1)


LOSSES: dict[str, Loss] = {
    "minimax": Loss(cross_entropy, minimax),
    "non_saturating": Loss(cross_entropy, non_saturating),
    "least_squares": Loss(least_squares_discriminator, least_squares_generator),
    "hinge": Loss(hinge, raise_verdict),
    "wasserstein": Loss(wasserstein, raise_verdict),
    "relativistic": Loss(relativistic_discriminator, relativistic_generator),
}
