"""A training run of two players: the discriminator's step, then the generator's."""

from torch import Tensor, nn

from engine.devices import mixed_precision
from engine.training import Run


class AdversarialRun(Run):
    """A `Run` whose model is a `GAN` and whose objective is an `Adversarial`.

    One optimiser holds both players' weights; in each half step only those with a gradient move. The average is the
    generator's; the discriminator is copied as it is.
    """

    betas = (0.5, 0.99)

    def advance(self, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """A step of the discriminator and its rival's strides, on pictures (B, C, H, W) and classes (B,).

        Returns named scalars; `loss` is the discriminator's.
        """
        self._keep()
        with mixed_precision(self.device):
            losses = self.objective.discriminator(self.model, *batch)
        self._descend(self.model.discriminator, losses["loss"], self.objective.haste)
        for _ in range(self.objective.strides):
            with mixed_precision(self.device):
                losses["generator"] = self.objective.generator(self.model, *batch)
            self._descend(self.model.generator, losses["generator"], 1.0)
        self.step += 1
        self._average()
        if self.step == self.budget.steps:
            self._keep()
        return losses

    def _descend(self, player: nn.Module, loss: Tensor, haste: float) -> None:
        """One optimiser step of one player alone."""
        parameters = list(player.parameters())
        self.optimizer.zero_grad()
        loss.backward(inputs=parameters)
        nn.utils.clip_grad_norm_(parameters, self.budget.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = haste * self.learning_rate()
        self.optimizer.step()

    def _average(self) -> None:
        super()._average()
        self.ema.discriminator.load_state_dict(self.model.discriminator.state_dict())

    def _keep(self) -> None:
        """Keep the averaged generator, if now is a moment to keep: early ones lie closer together than late ones."""
        last = len(self.model.snapshot_steps) - 1
        for i in range(last + 1):
            if self.step == round(self.budget.steps * (i / last) ** 2):
                for gan in (self.model, self.ema):
                    gan.keep(i, self.ema.generator, self.step)
