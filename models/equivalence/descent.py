"""Training on given poles: how fast a read-out is found, and how the step limits what a layer computes.

Glossary: κ condition number of the Gram matrix of the features · K_l kernel, the response of the layer to white
input being Σ K_l u_{t−l}, so that ½‖K − K*‖² is the expected loss.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from models.layers.discretisation import Rule
from models.layers.s4d import S4D

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Descent:
    """Distance of the read-out from its target at every step, raw and whitened (steps,); κ of the raw problem."""

    raw: Real
    whitened: Real
    condition: float


def features(poles: ArrayLike, length: int) -> Tensor:
    """What the read-out of an S4D layer with these discrete half poles combines.

    Re x_n and (not for real poles) Im x_n of its impulse response, as unit columns.

    Arguments: poles (n,); length. Returns: float64 (length, N).
    """
    layer = S4D(np.log(np.asarray(poles, dtype=np.complex128)), 1.0, dtype=torch.float64)
    impulse = torch.eye(1, length, dtype=torch.float64)[..., None]
    x = layer.states(impulse)[0].detach()
    columns = torch.cat([x.real, x.imag[:, layer.pair]], dim=1)
    return columns / columns.norm(dim=0)


def descend(poles: ArrayLike, steps: int = 300, length: int = 400, seed: int = 0) -> Descent:
    """Gradient descent on a read-out at rate 1/σ_max, from zero to a random target, in raw and whitened features.

    ‖θ_k − θ*‖ <= (1 − 1/κ)^k ‖θ*‖, and the component along the smallest eigenvector decays exactly like that.

    Success: the raw distance keeps below the bound and above its last component; the whitened one is zero after one
    step up to rounding. On a ring of radius r the raw curve joins the whitened one as r → 1.

    Arguments: poles, discrete half spectrum; steps; length of the impulse response; seed. Returns: Descent.
    """
    raw = features(poles, length)
    curves = []
    for columns in (raw, torch.linalg.qr(raw)[0]):
        target = torch.randn(columns.shape[1], dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
        theta = torch.zeros_like(target, requires_grad=True)
        optimiser = torch.optim.SGD([theta], lr=float(torch.linalg.matrix_norm(columns, 2)) ** -2)
        distances = []
        for _ in range(steps):
            distances.append(float((theta.detach() - target).norm() / target.norm()))
            optimiser.zero_grad()
            (0.5 * (columns @ (theta - target)).square().sum()).backward()
            optimiser.step()
        curves.append(np.array(distances))
    return Descent(curves[0], curves[1], float(torch.linalg.cond(raw)) ** 2)


def driven_errors(rule: Rule, averaged: bool, halvings: int = 4, steps: int = 128, seed: int = 0) -> Real:
    """`equivalence.discretisation_order`: one layer resampled at Δ, Δ/2, …, driven by samples of a smooth signal.

    y(T) for u(t) = sin t, exactly Σ_n w_n Re(C_n (e^{s_nT} − cos T − s_n sin T)/(s_n² + 1)).

    Success: the log-log slope is 1 ± 0.1 for every rule with u_k alone, and 2 ± 0.1 for the bilinear rule with
    (u_k + u_{k−1})/2.

    Arguments: rule; averaged: drive with means of neighbouring samples; halvings of Δ = T/steps, T = 2; seed.
    Returns: |y − y(T)|, (halvings + 1,).
    """
    s, T = np.array([-0.5 + 1j, -0.5 + 3j, -1.0]), 2.0
    C = torch.randn(1, 3, dtype=torch.complex128, generator=torch.Generator().manual_seed(seed))
    modes = (np.exp(s * T) - np.cos(T) - s * np.sin(T)) / (s**2 + 1)
    exact = float(((1 + (s.imag != 0)) * C[0].numpy() * modes).sum().real)
    errors = []
    for k in range(halvings + 1):
        length = steps << k
        layer = S4D(s, T / length, rule=rule, dtype=torch.float64)
        u = np.sin(np.arange(length + 1) * T / length)
        drive = (u[1:] + u[:-1]) / 2 if averaged else u[1:]
        with torch.no_grad():
            layer.C.copy_(C)
            errors.append(abs(float(layer(torch.as_tensor(drive)[None, :, None])[0, -1, 0]) - exact))
    return np.array(errors)
