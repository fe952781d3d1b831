"""Settings for every test: no deadlines, since machines differ; one torch thread, since the tensors are tiny."""

import hypothesis
import torch

hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")
torch.set_num_threads(1)
